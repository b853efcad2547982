/** Places in an open conversation that what is around it may fill. */
import { type ComponentChildren, createContext } from "preact";

/** What is filled. */
export interface Slots {
  /** Below the head. */
  readonly bar?: ComponentChildren;
  /** Among the buttons beside the text. */
  readonly tools?: ComponentChildren;
}

/** Gives it to the conversation inside. */
export const SlotContext = createContext<Slots>({});
