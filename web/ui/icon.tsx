/** The pictures of buttons, as outlines on a grid of 24. */

/** The outlines that both pages need. Others belong to where they are used: `shape` takes any. */
export const shapes = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-7z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  check: "M5 13l4 4L19 7",
  clip: "M20 11l-8.500 8.500a5 5 0 01-7-7L13 4a3.500 3.500 0 015 5l-8.500 8.500a2 2 0 01-3-3L14 7",
  smile:
    "M12 21a9 9 0 100-18 9 9 0 000 18zM8.500 14.500c1.800 2.300 5.200 2.300 7 0M9 9.500h.01M15 9.500h.01",
} as const;

/** An outline, drawn in the colour of the text around it; it says nothing to a screen reader. */
export function Icon({ shape, size = 22 }: { shape: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={shape} />
    </svg>
  );
}

/** A round button with a picture and a name. */
export function IconButton(
  { shape, label, onClick, disabled = false, expanded }: {
    shape: string;
    label: string;
    onClick: (event: MouseEvent) => void;
    disabled?: boolean;
    expanded?: boolean;
  },
) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon shape={shape} />
    </button>
  );
}
