/** The words of canned replies. */
import { wordsOf } from "../../../ui/language.ts";

const en = {
  replies: "Canned replies",
  open: "Canned replies ( / )",
  search: "Search replies",
  none: "No replies yet.",
  noneFound: "Nothing found",
  found: (count: number) => count === 1 ? "1 reply" : `${count} replies`,
  manage: "Manage replies",
  add: "Add reply",
  edit: "Edit reply",
  editOne: (title: string) => `Edit “${title}”`,
  deleteOne: (title: string) => `Delete “${title}”`,
  delete: "Delete",
  deleteTitle: "Delete reply",
  deleteText: (title: string) => `“${title}” goes for all agents of this inbox.`,
  title: "Title",
  titleHint: "What you search it by; visitors don't see it",
  text: "Text",
  save: "Save",
};

/** The words of canned replies. */
export const words = wordsOf<typeof en>({
  en,
  zh: {
    replies: "快捷回复",
    open: "快捷回复（/）",
    search: "搜索快捷回复",
    none: "还没有快捷回复。",
    noneFound: "没有结果",
    found: (count) => `${count} 条快捷回复`,
    manage: "管理快捷回复",
    add: "添加快捷回复",
    edit: "编辑快捷回复",
    editOne: (title) => `编辑“${title}”`,
    deleteOne: (title) => `删除“${title}”`,
    delete: "删除",
    deleteTitle: "删除快捷回复",
    deleteText: (title) => `“${title}”将对此收件箱的所有客服删除。`,
    title: "标题",
    titleHint: "用于搜索，访客看不到",
    text: "内容",
    save: "保存",
  },
});
