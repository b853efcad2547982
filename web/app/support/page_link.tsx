/** The page that a visitor is on. */
import { Icon } from "../../ui/icon.tsx";

const outline =
  "M10 14a4 4 0 006 .5l3-3a4 4 0 00-5.700-5.700L12 7M14 10a4 4 0 00-6-.5l-3 3a4 4 0 005.700 5.700L12 17";

/** A page's address as it is read: without what all addresses have. */
export function shortPage(page: string): string {
  return page.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
}

/** A link that tells the page nothing of where it was followed; anything but a web page is text. */
export function PageLink({ page }: { page: string }) {
  const text = shortPage(page);
  if (!/^https?:\/\//i.test(page)) return <bdi>{page}</bdi>;
  return (
    <a class="page-link" href={page} title={page} target="_blank" rel="noopener noreferrer">
      <Icon shape={outline} size={16} />
      <bdi dir="ltr">{text}</bdi>
    </a>
  );
}
