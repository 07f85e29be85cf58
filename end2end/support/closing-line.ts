import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Ends the run with one line: passed, failed, skipped. */
export default class ClosingLine implements Reporter {
  private readonly outcomes = new Map<string, TestResult["status"]>();

  onTestEnd(test: TestCase, result: TestResult) {
    this.outcomes.set(test.id, result.status);
  }

  onEnd(_result: FullResult) {
    const all = [...this.outcomes.values()];
    const passed = all.filter((status) => status === "passed").length;
    const skipped = all.filter((status) => status === "skipped").length;
    console.log(`\n${passed} passed, ${all.length - passed - skipped} failed, ${skipped} skipped`);
  }

  printsToStdio() {
    return false;
  }
}
