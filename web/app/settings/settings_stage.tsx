/** One part of the settings. */
import { StageHead } from "../shell/stage_head.tsx";
import { AccountSettings } from "./account_settings.tsx";
import { AlertSettings } from "./alert_settings.tsx";
import { BlockedSettings } from "./blocked_settings.tsx";
import { DeviceSettings } from "./device_settings.tsx";
import { LooksSettings } from "./looks_settings.tsx";
import { PasswordSettings } from "./password_settings.tsx";
import { PresenceSettings } from "./presence_settings.tsx";
import { ProfileSettings } from "./profile_settings.tsx";
import { type Section, sectionOf } from "./sections.ts";
import { words } from "./words.ts";

const parts: Readonly<Record<Section, () => preact.JSX.Element | null>> = {
  profile: ProfileSettings,
  looks: LooksSettings,
  alerts: AlertSettings,
  presence: PresenceSettings,
  password: PasswordSettings,
  devices: DeviceSettings,
  blocked: BlockedSettings,
  account: AccountSettings,
};

/** The part at an address. */
export function SettingsStage({ at }: { at: string | undefined }) {
  const section = sectionOf(at);
  const Part = parts[section];
  return (
    <>
      <StageHead title={words().sections[section]} back={{ place: "settings" }} />
      <div class="stage-body">
        <Part key={section} />
      </div>
    </>
  );
}
