/** When an inbox answers: a time zone, and spans of each weekday. */
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { locale } from "../../../ui/language.ts";
import { Choice } from "../../forms/choice.tsx";
import { Toggle } from "../../forms/toggle.tsx";
import { hereZone, type Span, timeZones, usual, weekdayName, weekdays } from "./hours.ts";
import { words } from "./words.ts";

const plus = "M12 5v14M5 12h14";

/** What is written; null: at all hours. */
export interface WrittenHours {
  readonly timeZone: string;
  readonly spans: readonly Span[];
}

interface DayProps {
  readonly day: number;
  readonly spans: readonly Span[];
  readonly onChange: (spans: readonly Span[]) => void;
}

function SpanRow({ span, onChange, onRemove }: {
  span: Span;
  onChange: (span: Span) => void;
  onRemove: () => void;
}) {
  const t = words();
  const name = weekdayName(span.day, locale.value);
  return (
    <span class="span">
      <input
        type="time"
        required
        aria-label={t.from(name)}
        value={span.from}
        onChange={({ currentTarget }) => onChange({ ...span, from: currentTarget.value })}
      />
      <span aria-hidden="true">–</span>
      <input
        type="time"
        required
        aria-label={t.to(name)}
        value={span.to}
        onChange={({ currentTarget }) => onChange({ ...span, to: currentTarget.value })}
      />
      <IconButton
        shape={shapes.close}
        label={t.removeSpan(name, span.from)}
        onClick={onRemove}
      />
    </span>
  );
}

function Day({ day, spans, onChange }: DayProps) {
  const t = words();
  const name = weekdayName(day, locale.value);
  const mine = spans.filter((span) => span.day === day);
  const last = mine.at(-1);
  const add = () =>
    onChange([
      ...spans,
      last === undefined || last.to === "00:00"
        ? { day, from: "09:00", to: "17:00" }
        : { day, from: last.to, to: "00:00" },
    ]);
  return (
    <li class="hours-day">
      <span class="hours-name">{name}</span>
      <span class="hours-spans">
        {mine.length === 0 && <span class="hint">{t.closed}</span>}
        {mine.map((span, nth) => (
          <SpanRow
            key={nth}
            span={span}
            onChange={(next) => onChange(spans.map((one) => one === span ? next : one))}
            onRemove={() => onChange(spans.filter((one) => one !== span))}
          />
        ))}
      </span>
      <IconButton shape={plus} label={t.addSpan(name)} onClick={add} />
    </li>
  );
}

/** The field. */
export function HoursField({ hours, fault, onChange }: {
  hours: WrittenHours | null;
  fault: string | undefined;
  onChange: (hours: WrittenHours | null) => void;
}) {
  const t = words();
  return (
    <>
      <Toggle
        name="limited"
        label={t.limited}
        hint={t.limitedHint}
        isOn={hours !== null}
        onTurn={(isOn) => onChange(isOn ? { timeZone: hereZone(), spans: usual } : null)}
      />
      {hours !== null && (
        <>
          <Choice
            name="timeZone"
            label={t.timeZone}
            value={hours.timeZone}
            options={timeZones(hours.timeZone).map((zone) => [zone, zone.replaceAll("_", " ")])}
            onChoose={(timeZone) => onChange({ ...hours, timeZone })}
          />
          <ul class="hours-days">
            {weekdays.map((day) => (
              <Day
                key={day}
                day={day}
                spans={hours.spans}
                onChange={(spans) => onChange({ ...hours, spans })}
              />
            ))}
          </ul>
        </>
      )}
      {fault !== undefined && <p class="fault" role="alert">{fault}</p>}
    </>
  );
}
