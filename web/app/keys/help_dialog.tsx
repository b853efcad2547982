/** Which keys do what. */
import { Dialog } from "../../ui/dialog.tsx";
import { words } from "./words.ts";

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const control = isApple ? "⌘" : "Ctrl";
const alt = isApple ? "⌥" : "Alt";

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span class="keys">
      {keys.map((key) => <kbd key={key}>{key}</kbd>)}
    </span>
  );
}

/** The help. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const t = words();
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [t.search, [control, "K"]],
    [t.next, [alt, "↓"]],
    [t.previous, [alt, "↑"]],
    [t.back, ["Esc"]],
    [t.move, ["↑", "↓"]],
    [t.menu, ["Shift", "F10"]],
    [t.send, ["Enter"]],
    [t.line, ["Shift", "Enter"]],
    [t.help, ["?"]],
  ];
  return (
    <Dialog title={t.title} onClose={onClose}>
      <dl class="shortcuts">
        {lines.map(([what, keys]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
