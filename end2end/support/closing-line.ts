import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Ends the run with why tests were skipped, and one line: passed, failed, skipped. */
export default class ClosingLine implements Reporter {
  private readonly outcomes = new Map<string, TestResult["status"]>();
  private readonly reasons = new Set<string>();

  onTestEnd(test: TestCase, result: TestResult) {
    this.outcomes.set(test.id, result.status);
    for (const { type, description } of result.annotations) {
      if (type === "skip" && description) this.reasons.add(description);
    }
  }

  onEnd(_result: FullResult) {
    const all = [...this.outcomes.values()];
    const passed = all.filter((status) => status === "passed").length;
    const skipped = all.filter((status) => status === "skipped").length;
    for (const reason of this.reasons) console.log(`\nSkipped: ${reason}`);
    console.log(`\n${passed} passed, ${all.length - passed - skipped} failed, ${skipped} skipped`);
  }

  printsToStdio() {
    return false;
  }
}
