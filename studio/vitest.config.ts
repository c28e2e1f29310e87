import { defineConfig } from "vitest/config";

/** Tests that need no browser. Those that train natively beside the page take a while. */
export default defineConfig({
  test: { include: ["tests/**/*.test.ts"], exclude: ["tests/browser/**"], testTimeout: 120_000 },
  define: { WORKER_SOURCE: '""' },
});
