/** The words of the settings. */
import { wordsOf } from "../../ui/language.ts";

/** The words of the settings. */
export const words = wordsOf({
  en: {
    title: "Settings",
    signOut: "Sign out",
    surely: "Sign out of Patter on this device?",
    cancel: "Cancel",
  },
  zh: {
    title: "设置",
    signOut: "退出登录",
    surely: "要在此设备上退出登录吗?",
    cancel: "取消",
  },
});
