import { defineConfig } from "vitest/config";

/** Tests in real browsers, one after the other: each drives a page of its own. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: 2, // a browser on a busy machine can be late
  },
});
