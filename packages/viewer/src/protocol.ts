/** Messages between the page and its worker: plain objects, because they are copied between threads. */

/** The outcome of a conversation: see `Outcome` of `@netloom/netlink/inspect`. */
export type Outcome = 'done' | 'refused' | 'probe' | 'silent' | 'unanswered' | 'event' | 'orphan'

/** A row of the list: a conversation. */
export interface ConversationRow {
  /** Number of the conversation, from 1. */
  readonly number: number
  /** Number of its first message. */
  readonly message: number
  readonly time: string
  readonly process: string
  /** Verb and kind: `new link`. */
  readonly what: string
  readonly name: string
  readonly details: string
  readonly outcome: Outcome
  /** The outcome in words: `✗ EBUSY`, `12 links`. */
  readonly result: string
  readonly latency: string
  readonly isInterrupted: boolean
  /** The kernel's words about the first refusal. */
  readonly reason?: string
  /** Number of its messages. */
  readonly messageCount: number
}

/** A message of a conversation, in a row below it. */
export interface MessageRow {
  readonly number: number
  readonly role: 'request' | 'answer' | 'event'
  readonly toKernel: boolean
  readonly type: string
  readonly text: string
  readonly length: number
  readonly isRefused: boolean
}

/** A part of a message: a struct, a member, an attribute, or bytes without a declaration. */
export interface TreeNode {
  readonly kind: 'struct' | 'member' | 'attribute' | 'padding' | 'rest'
  readonly depth: number
  readonly name: string
  readonly text: string
  readonly offset: number
  readonly length: number
  readonly hasInner: boolean
  readonly problem?: string
  readonly isReplaced?: boolean
  /** A remark of the kernel: `refused`, `lacks IFLA_LINK`. */
  readonly mark?: string
  /** Documentation of the declaration, one paragraph per element. */
  readonly docs: readonly string[]
}

/** All about one message. */
export interface MessageView {
  readonly number: number
  readonly conversation: number
  readonly role: MessageRow['role']
  /** The parts of its first line: `#7`, `NETLINK_ROUTE`, … */
  readonly heading: readonly { readonly text: string; readonly style: string }[]
  readonly nodes: readonly TreeNode[]
  readonly bytes: Uint8Array
  /** Ranges of bytes that are keys. They are zeros in `bytes`, unless secrets are shown. */
  readonly hidden: readonly { readonly start: number; readonly end: number }[]
  /** Reason why the payload could not be decoded. */
  readonly problem?: string
  /** The kernel's words, if it refused this request. */
  readonly refusals: readonly string[]
  /** Texts to copy, by their format. Absent if the message has none. */
  readonly copies: Copies
}

/** A message as text. */
export interface Copies {
  readonly typescript?: string
  readonly command?: string
  /** Attributes that the command cannot express. */
  readonly lost?: readonly string[]
  readonly hex: string
  readonly json: string
}

/** Something that went wrong, in the order of the capture. */
export interface Problem {
  readonly kind: 'refused' | 'interrupted' | 'overrun' | 'unanswered' | 'damaged'
  readonly title: string
  readonly text: string
  readonly time: string
  /** Number of the conversation. Absent for damage of the file. */
  readonly conversation?: number
  /** Number of the message to show. */
  readonly message?: number
}

/** The decoded part of a capture. */
export interface Progress {
  readonly name: string
  readonly isDone: boolean
  /** Bytes of the file that are decoded, and all of them. The first is absent for logs of strace. */
  readonly offset?: number
  readonly size: number
  readonly messages: number
  readonly conversations: number
  /** The filter that applies: the last valid one. */
  readonly filter: string
  /** Number of conversations that it selects. */
  readonly listed: number
  readonly isFiltering: boolean
  /** Keys of it that no message has. */
  readonly unseenKeys: readonly string[]
  readonly problems: number
  /** Number of moments at which objects changed: the positions of the slider. */
  readonly moments: number
  readonly refused: number
  /** Number of the first refused request and of its conversation. */
  readonly firstRefused?: { readonly message: number; readonly conversation: number }
  /** Reason why the rest of the file could not be read, with the offset. */
  readonly damage?: string
}

/** Topology and tables at a moment of a capture. */
export interface Moment {
  /** Number of the message after which this is the state. */
  readonly message: number
  readonly time: string
  /** A drawing, or undefined if there is nothing to draw or too much. */
  readonly svg?: string
  /** Reason why there is no drawing. */
  readonly remark?: string
  /** The topology in words: a screen reader cannot read the drawing. */
  readonly text: string
  readonly tables: readonly Table[]
}

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Number of objects. The table contains only the first ones if there are thousands. */
  readonly count: number
}

/** A link that contains the capture. */
export interface Shared {
  /** The part of the address after `#`. */
  readonly hash: string
  /** Size of the capture in it, before compression. */
  readonly size: number
}

/** The functions of the worker, with their arguments and results. */
export interface Calls {
  open(file: Blob, name: string): undefined
  openShared(hash: string): undefined
  filter(text: string): { readonly error?: string }
  rows(from: number, to: number): readonly ConversationRow[]
  /** Position of a conversation in the list, or of the next one. -1 if there is none. */
  position(conversation: number): number
  messages(conversation: number, from: number, to: number): readonly MessageRow[]
  message(number: number, secrets: boolean): MessageView
  /** The next refused request after a message, or the previous one. Goes around at the end. */
  refused(after: number, step: 1 | -1): { readonly message: number; readonly conversation: number } | undefined
  problems(from: number, to: number): readonly Problem[]
  moment(index: number): Moment
  json(secrets: boolean): Blob
  share(secrets: boolean): Shared
}

export type CallName = keyof Calls

/** A call of the page. */
export interface Request {
  readonly id: number
  readonly name: CallName
  readonly args: readonly unknown[]
}

/** The worker's answer to a call, or a report of its progress. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly progress: Progress }
