import type { Page } from "@playwright/test";

/** The layout faults of a page. None of them depends on the fonts of the machine. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const TOLERANCE = 1;
    const CONTROLS = "button, input, select, summary";
    const TEXTS = "h1, h2, h3, p, label, a, dt, dd, strong";

    const faults: string[] = [];
    const report = (fault: string, ...elements: Element[]) => {
      const names = elements.map(({ tagName, id, textContent }) => {
        const text = textContent.trim().replace(/\s+/g, " ").slice(0, 30);
        return `${tagName.toLowerCase()}${id && `#${id}`} "${text}"`;
      });
      faults.push(`${fault}: ${names.join(", ")}`);
    };

    /** The box of an element, without what an ellipsis stands for. */
    const boxOf = (element: Element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const shortened = element.parentElement?.closest(".cs-menu-button bdi");
      if (!shortened) return { left, right, top, bottom };
      const clip = shortened.getBoundingClientRect();
      return { left: Math.max(left, clip.left), right: Math.min(right, clip.right), top, bottom };
    };
    const isShown = (element: Element) => {
      // Clipped by it, whatever its own box is.
      if (element.parentElement?.closest(".cs-visually-hidden")) return false;
      // Seen while it has the focus.
      if (element.matches("button") && getComputedStyle(element).clipPath === "inset(50%)") return false;
      const { left, right, top, bottom } = boxOf(element);
      return element.checkVisibility({ visibilityProperty: true }) && right > left && bottom > top;
    };
    const shown = (selector: string, root: ParentNode = document) =>
      [...root.querySelectorAll<HTMLElement>(selector)].filter(isShown);

    const isInside = (inner: Element, outer: Element) => {
      const [a, b] = [boxOf(inner), boxOf(outer)];
      return (
        a.left >= b.left - TOLERANCE &&
        a.right <= b.right + TOLERANCE &&
        a.top >= b.top - TOLERANCE &&
        a.bottom <= b.bottom + TOLERANCE
      );
    };
    const overlap = (one: Element, other: Element) => {
      const [a, b] = [boxOf(one), boxOf(other)];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      return width > TOLERANCE && height > TOLERANCE;
    };

    const checkHeading = () => {
      const headings = shown("h1");
      if (headings.length !== 1) report("not exactly one h1", ...headings);
      for (const heading of headings) if (!heading.closest("main")) report("outside of main", heading);
    };

    const checkWidth = () => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth > clientWidth) report(`page is ${scrollWidth} px wide, not ${clientWidth}`);
      for (const element of shown("body *")) {
        const { left, right } = boxOf(element);
        if (left < -TOLERANCE || right > clientWidth + TOLERANCE) report("outside of the window", element);
      }
    };

    const checkContainers = () => {
      for (const container of shown(".cs-card, .cs-panel, form, li")) {
        for (const element of shown("*", container)) {
          if (!isInside(element, container)) report("outside of its container", element, container);
        }
      }
    };

    const checkOverlaps = () => {
      // The toast and the menu cover the page on purpose.
      const layer = (element: Element) => element.closest(".cs-toast, .cs-menu");
      const elements = shown(`${CONTROLS}, ${TEXTS}`);
      elements.forEach((one, index) => {
        for (const other of elements.slice(index + 1)) {
          if (one.contains(other) || layer(one) !== layer(other) || !overlap(one, other)) continue;
          const isButtonInField = one.parentElement === other.parentElement && one.closest(".cs-with-button");
          if (!isButtonInField) report("overlap", one, other);
          else if (!isInside(other, one)) report("outside of its field", other, one);
        }
      });
    };

    /** Text that is wider or higher than its element is cut off, or sticks out. */
    const checkTexts = () => {
      for (const element of shown(`button, summary, ${TEXTS}`)) {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
        const isInline = clientWidth === 0;
        const isOnlyRead = element.matches(".cs-visually-hidden");
        if (isInline || isOnlyRead || getComputedStyle(element).textOverflow === "ellipsis") continue;
        if (scrollWidth > clientWidth + TOLERANCE) report("text too wide", element);
        if (element.matches("button") && scrollHeight > clientHeight + TOLERANCE) report("text too high", element);
      }
    };

    /** WCAG 2.5.8: a target is at least 24 pixels wide and high. */
    const checkTargets = () => {
      for (const element of shown(CONTROLS)) {
        const { width, height } = element.getBoundingClientRect();
        if (width < 24 || height < 24) report(`target of ${width} × ${height} px`, element);
      }
    };

    /** In a card, the button is as wide as the fields. Elsewhere it begins where they do. */
    const checkForms = () => {
      for (const form of shown("form")) {
        const isRightToLeft = getComputedStyle(form).direction === "rtl";
        const [first, ...others] = shown(".cs-field input, .cs-primary, :scope > .cs-danger", form);
        for (const part of others) {
          const [a, b] = [boxOf(part), boxOf(first!)];
          const [atStart, atEnd] = [a.left - b.left, a.right - b.right].map((distance) => Math.abs(distance) <= TOLERANCE);
          const isOff = isRightToLeft ? !atEnd : !atStart;
          const isAsWide = atStart && atEnd;
          if (isOff || (!isAsWide && (part.matches("input") || form.closest(".cs-card")))) report("not aligned", part, first!);
        }
      }
    };

    checkHeading();
    checkWidth();
    checkContainers();
    checkOverlaps();
    checkTexts();
    checkTargets();
    checkForms();
    return faults;
  });
}

/** Whether the focused element has an outline. */
export async function showsFocus(page: Page) {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
  });
}
