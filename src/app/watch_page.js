((root) => {
  const plain = (reason = "") => (root.dataset.plain = reason);
  const wait = () => root.matches("[data-hydrated],[data-plain]") || plain("waiting");
  if (!window.WebAssembly) plain();
  addEventListener("unhandledrejection", wait);
  let isParsed, last;
  const check = (records) => {
    if ("hydrated" in root.dataset) return observer.disconnect();
    for (const { target, addedNodes, removedNodes } of records) {
      if (!target.closest("#app")) continue;
      if (removedNodes[0]) plain();
      for (const node of addedNodes) {
        if (isParsed || last?.compareDocumentPosition(node) & 2) plain();
        last = node;
      }
    }
  };
  const observer = new MutationObserver(check);
  observer.observe(root, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    check(observer.takeRecords());
    isParsed = true;
    setTimeout(wait, 9999);
  });
})(document.documentElement);
