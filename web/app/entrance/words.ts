/** The words of the entrance. */
import { wordsOf } from "../../ui/language.ts";

const en = {
  signIn: "Sign in",
  signUp: "Create account",
  toSignUp: "New here? Create an account",
  toSignIn: "Have an account? Sign in",
  username: "Username",
  usernameRule: "3 to 30 letters, digits or underscores",
  usernameOrPhone: "Username or phone number",
  nickname: "Name",
  nicknameHint: "What others see",
  password: "Password",
  passwordRule: "8 characters or more, with a letter and a digit",
  tagline: (host: string) => `Chat in real time on ${host}`,
  toJoin: "You were invited to a group. Sign in or create an account to join it.",
  ended: "You were signed out. Sign in to go on.",
  ends: {
    signedInElsewhere: "You signed in elsewhere, which ended the session here.",
    accountLocked: "This account is locked.",
  } as Record<string, string>,
};

/** The words of the entrance. */
export const words = wordsOf<typeof en>({
  en,
  zh: {
    signIn: "登录",
    signUp: "注册",
    toSignUp: "还没有账号？立即注册",
    toSignIn: "已有账号？去登录",
    username: "用户名",
    usernameRule: "3 到 30 个字母、数字或下划线",
    usernameOrPhone: "用户名或手机号",
    nickname: "昵称",
    nicknameHint: "其他人看到的名字",
    password: "密码",
    passwordRule: "至少 8 个字符，包含字母和数字",
    tagline: (host) => `在 ${host} 上即时聊天`,
    toJoin: "你收到了入群邀请。登录或注册后即可加入。",
    ended: "你已退出登录，请重新登录。",
    ends: {
      signedInElsewhere: "你已在其他设备登录，此处的登录已结束。",
      accountLocked: "该账号已被锁定。",
    },
  },
});
