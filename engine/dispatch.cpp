#include "dispatch.hpp"

#include "bf16.hpp"

#include <cstdlib>
#include <map>
#include <stdexcept>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace brickwork {

#define BW_TABLE(isa)              \
  namespace isa {                  \
  extern const KernelTable table;  \
  }
#include "tables.inc"
#undef BW_TABLE

#if BW_BF16
namespace avx512_bf16 {
extern const Bf16Kernels kernels;
}
#endif

namespace {

const KernelTable* const kTables[] = {
#define BW_TABLE(isa) &isa::table,
#include "tables.inc"
#undef BW_TABLE
};

#if defined(__x86_64__)
// Read from the processor itself, since __builtin_cpu_supports is in a library that clang-cl does
// not link: bits of CPUID's leaves 1 (ecx) and 7 (ebx), and of the registers that the system saves.
constexpr unsigned kFma = 1u << 12, kSaved = 1u << 27;
constexpr unsigned kAvx2 = 1u << 3 | 1u << 5 | 1u << 8;  // with BMI and BMI2
constexpr unsigned kAvx512 = kAvx2 | 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
constexpr unsigned kYmm = 0x6, kZmm = 0xe6;

bool cpu_has(unsigned leaf7, unsigned registers) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & kFma) == 0 || (c & kSaved) == 0) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & leaf7) != leaf7) return false;
  // NOLINTNEXTLINE(portability-no-assembler): the intrinsic needs -mxsave, which not all have
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (a & registers) == registers;
}

#if BW_BF16
bool cpu_has_bf16() {  // a bit of leaf 7's first subleaf
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & 1u << 5) != 0;
}
#endif
#endif

bool cpu_has(const std::string& isa) {
#if defined(__x86_64__)
  if (isa == "avx512") return cpu_has(kAvx512, kZmm);
  if (isa == "avx2") return cpu_has(kAvx2, kYmm);
#endif
  return isa == "base";
}

const KernelTable* choose() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read once, while the module is loaded
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

int side_by_side() { return registry().table->floats; }

std::vector<std::string> usable_isas() {
  std::vector<std::string> names;
  for (const KernelTable* table : kTables) {
    if (cpu_has(table->isa)) names.emplace_back(table->isa);
  }
  return names;
}

const Bf16Kernels* bf16_kernels() {
#if BW_BF16
  static const bool usable = std::string(isa()) == "avx512" && cpu_has_bf16();
  return usable ? &avx512_bf16::kernels : nullptr;
#else
  return nullptr;
#endif
}

const Kernel* find_kernel(const std::string& name) {
  const auto found = registry().kernels.find(name);
  return found == registry().kernels.end() ? nullptr : found->second;
}

const Kernel* find_kernel(const std::string& name, const std::string& isa) {
  for (const KernelTable* table : kTables) {
    if (isa != table->isa) continue;
    for (int i = 0; i < table->count; ++i) {
      for (const Kernel* k = table->lists[i]; k->name != nullptr; ++k) {
        if (name == k->name) return k;
      }
    }
  }
  return nullptr;
}

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const auto& [name, kernel] : registry().kernels) names.push_back(name);
  return names;
}

}  // namespace brickwork
