"""The native engine: programs are lowered to plans of C++ kernels, and run."""
