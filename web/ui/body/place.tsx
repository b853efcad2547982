/** A place on earth: its name, where it is, and a way to a map; nothing is loaded from elsewhere. */
import { Icon } from "../icon.tsx";
import type { BodyOf } from "./kinds.ts";
import { words } from "./words.ts";

const pin =
  "M12 21c4.500-4.800 7-8.300 7-11.500A7 7 0 005 9.500C5 12.700 7.500 16.200 12 21zM12 12a2.500 2.500 0 100-5 2.500 2.500 0 000 5z";

/** The address of a place on OpenStreetMap. */
export function mapOf(latitude: number, longitude: number): string {
  const [lat, lon] = [latitude, longitude].map((value) => Number(value).toFixed(6));
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`;
}

/** A place. */
export function Place({ body }: { body: BodyOf<"location"> }) {
  const { latitude, longitude, title } = body;
  const t = words();
  return (
    <a
      class="file-tile"
      href={mapOf(latitude, longitude)}
      target="_blank"
      rel="noopener noreferrer"
      title={t.openMap}
    >
      <span class="file-icon">
        <Icon shape={pin} />
      </span>
      <span class="file-words">
        <span class="file-name" dir="auto">{title ?? t.location}</span>
        <span class="file-note">{latitude.toFixed(5)}, {longitude.toFixed(5)}</span>
      </span>
    </a>
  );
}
