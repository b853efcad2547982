/** The words of the entrance. */
import { wordsOf } from "../../ui/language.ts";

/** The words of the entrance. */
export const words = wordsOf({
  en: {
    signIn: "Sign in",
    signUp: "Create account",
    toSignUp: "New here? Create an account",
    toSignIn: "Have an account? Sign in",
    username: "Username",
    nickname: "Name",
    password: "Password",
    passwordRule: "8 characters or more, with a letter and a digit",
    tagline: "Chat in real time",
    failures: {
      badCredentials: "Wrong username or password.",
      usernameTaken: "This username is taken.",
      rateLimited: "Too many attempts. Wait a moment, then try again.",
      accountLocked: "This account is locked.",
      unreachable: "The server can't be reached.",
      invalidInput: "Something here doesn't fit.",
    } as Record<string, string>,
    other: "That didn't work. Try again.",
    ended: "You were signed out. Sign in to go on.",
    ends: {
      signedInElsewhere: "You signed in elsewhere, which ended the session here.",
      accountLocked: "This account is locked.",
    } as Record<string, string>,
  },
  zh: {
    signIn: "登录",
    signUp: "注册",
    toSignUp: "还没有账号?立即注册",
    toSignIn: "已有账号?去登录",
    username: "用户名",
    nickname: "昵称",
    password: "密码",
    passwordRule: "至少 8 个字符,包含字母和数字",
    tagline: "即时聊天",
    failures: {
      badCredentials: "用户名或密码错误。",
      usernameTaken: "该用户名已被使用。",
      rateLimited: "尝试次数过多,请稍后再试。",
      accountLocked: "该账号已被锁定。",
      unreachable: "无法连接服务器。",
      invalidInput: "填写的内容不符合要求。",
    } as Record<string, string>,
    other: "操作失败,请重试。",
    ended: "你已退出登录,请重新登录。",
    ends: {
      signedInElsewhere: "你已在其他设备登录,此处的会话已结束。",
      accountLocked: "该账号已被锁定。",
    } as Record<string, string>,
  },
});
