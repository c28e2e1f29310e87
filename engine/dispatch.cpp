#include "dispatch.hpp"

#include <cstdlib>
#include <map>
#include <stdexcept>

namespace brickwork {

#define BW_TABLE(isa)              \
  namespace isa {                  \
  extern const KernelTable table;  \
  }
#include "tables.inc"
#undef BW_TABLE

namespace {

const KernelTable* const kTables[] = {
#define BW_TABLE(isa) &isa::table,
#include "tables.inc"
#undef BW_TABLE
};

bool cpu_has(const std::string& isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == "avx512") {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx2") &&
           __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  }
  if (isa == "avx2") {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  }
#endif
  return isa == "base";
}

const KernelTable* choose() {
  const char* forced = std::getenv("BRICKWORK_ISA");
  if (forced == nullptr || *forced == '\0') {
    for (const KernelTable* table : kTables) {
      if (cpu_has(table->isa)) return table;
    }
  }
  std::string known;
  for (const KernelTable* table : kTables) {
    if (forced != nullptr && std::string(forced) == table->isa) {
      if (cpu_has(table->isa)) return table;
      throw std::runtime_error(std::string("BRICKWORK_ISA=") + forced +
                               ": this CPU lacks these instructions; unset the variable or "
                               "set it to base");
    }
    known += (known.empty() ? "" : ", ") + std::string(table->isa);
  }
  throw std::runtime_error(std::string("BRICKWORK_ISA=") + (forced ? forced : "") +
                           " is not an instruction set of this build; it has " + known);
}

struct Registry {
  const KernelTable* table = choose();
  std::map<std::string, const Kernel*> kernels;

  Registry() {
    for (int i = 0; i < table->count; ++i) {
      for (const Kernel* k = table->lists[i]; k->name != nullptr; ++k) {
        if (!kernels.emplace(k->name, k).second) {
          throw std::logic_error(std::string("two kernels are named ") + k->name);
        }
      }
    }
  }
};

const Registry& registry() {
  static const Registry r;
  return r;
}

}  // namespace

const char* isa() { return registry().table->isa; }

std::vector<std::string> usable_isas() {
  std::vector<std::string> names;
  for (const KernelTable* table : kTables) {
    if (cpu_has(table->isa)) names.emplace_back(table->isa);
  }
  return names;
}

const Kernel* find_kernel(const std::string& name) {
  const auto found = registry().kernels.find(name);
  return found == registry().kernels.end() ? nullptr : found->second;
}

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const auto& [name, kernel] : registry().kernels) names.push_back(name);
  return names;
}

}  // namespace brickwork
