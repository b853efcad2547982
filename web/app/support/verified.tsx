/** The mark of a visitor whose site has signed who it is. */
import { Icon } from "../../ui/icon.tsx";
import { words } from "./words.ts";

const outline =
  "M12 3l2.300 2 3-.3.7 3 2.500 1.800-1.200 2.800 1.200 2.800-2.500 1.700-.7 3-3-.3L12 21.500 9.700 19.500l-3 .3-.7-3L3.500 15l1.200-2.700L3.500 9.500 6 7.700l.7-3 3 .3zM8.500 12.300l2.500 2.400 4.500-5";

/** The mark; it says itself what it means. */
export function Verified({ size = 16 }: { size?: number }) {
  const t = words();
  return (
    <span class="verified" role="img" aria-label={t.verified} title={t.verifiedHint}>
      <Icon shape={outline} size={size} />
    </span>
  );
}
