import { defineConfig } from "vitest/config";

/** Every test in each real browser, one after the other: each drives a page of its own. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    // A browser on a busy machine can be late. What is wrong, or a fault of the page, is not tried again.
    retry: { count: 2, condition: /Timeout \d+ms exceeded/ },
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
