/** The words of attachments. */
import { wordsOf } from "../language.ts";

/** The words of attachments. */
export const words = wordsOf({
  en: {
    photo: "Photo",
    openPhoto: "Open photo",
    video: "Video",
    file: "File",
    gone: "No longer available",
    failed: "Could not be loaded",
    retry: "Try again",
    download: (name: string) => `Download ${name}`,
    play: "Play",
    pause: "Pause",
    position: "Position",
    speed: (rate: number) => `Speed ${rate}×`,
  },
  zh: {
    photo: "图片",
    openPhoto: "查看图片",
    video: "视频",
    file: "文件",
    gone: "已不可用",
    failed: "加载失败",
    retry: "重试",
    download: (name: string) => `下载 ${name}`,
    play: "播放",
    pause: "暂停",
    position: "播放位置",
    speed: (rate: number) => `${rate} 倍速`,
  },
});
