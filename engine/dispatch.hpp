// Which instruction set this process uses, and its kernels by name.
#pragma once
#include <string>
#include <vector>

#include "kernel.hpp"

namespace brickwork {

// The name of the instruction set in use: the best that the CPU has, or what BRICKWORK_ISA says.
// Throws std::runtime_error where that variable names one that is unknown or missing.
const char* isa();

// The names that this CPU can run, best first.
std::vector<std::string> usable_isas();

// The kernel of that name, or null; of the instruction set in use, or of another of the build.
const Kernel* find_kernel(const std::string& name);
const Kernel* find_kernel(const std::string& name, const std::string& isa);

std::vector<std::string> kernel_names();

}  // namespace brickwork
