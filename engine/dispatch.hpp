// Which instruction set this process uses, and its kernels by name.
#pragma once
#include <string>
#include <vector>

#include "kernel.hpp"

namespace brickwork {

// The name of the instruction set in use: the best that the CPU has, or that of BRICKWORK_ISA.
// Throws std::runtime_error if that variable names one that is unknown or not available.
const char* isa();

// The floats of its vectors, and so how many models a plan can run side by side.
int side_by_side();

// The names that this CPU can run, best first.
std::vector<std::string> usable_isas();

// The kernel with that name, or null; for the instruction set in use, or another of the build.
const Kernel* find_kernel(const std::string& name);
const Kernel* find_kernel(const std::string& name, const std::string& isa);

std::vector<std::string> kernel_names();

}  // namespace brickwork
