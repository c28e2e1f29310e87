import { defineConfig } from "vitest/config";

/** Every test in each real browser, one after the other: each drives a page of its own. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: 2, // a browser on a busy machine can be late
    projects: (["chromium", "firefox"] as const).map((browser) => ({
      extends: true,
      test: {
        name: browser,
        include: ["tests/browser/**/*.test.ts"],
        provide: { browser },
      },
    })),
  },
});
