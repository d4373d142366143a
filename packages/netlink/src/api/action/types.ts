import type { Infer } from '../../codec/index.js'
import type { TcActions, tcaActAttrs } from '../../route/index.js'
import type { actionWords, InEitherForm, WordsIn } from '../tc/kinds.js'
import type { LinkRef } from '../values/link-ref.js'
import type { InputOf } from '../values/normalize.js'
import type { Readable } from '../values/words.js'

type Cases = (typeof tcaActAttrs)['table']['options'][1]['cases']

/** The kinds of actions whose options are declared. */
export type ActionKind = string & keyof Cases

/** The attributes of an action, with counters. */
type ActionMessagePart = TcActions[number][1]

/** Members that actions of all kinds have next to their options. */
export interface ActionExtras {
  /** Up to 16 bytes that the kernel reports. */
  readonly cookie?: Uint8Array | undefined
  /** Counters of hardware: read at once (`immediate`), later (`delayed`), or none. Default: any. */
  readonly hwStats?: 'immediate' | 'delayed' | 'disabled' | undefined
  /** True: not in hardware. For actions that are added with `nl.action`. */
  readonly skipHw?: boolean | undefined
  /** True: only in hardware. For actions that are added with `nl.action`. */
  readonly skipSw?: boolean | undefined
  /** True: one counter for all processors, which takes less memory. */
  readonly noPercpuStats?: boolean | undefined
}

/** Members of an action of any kind. */
export interface ActionMembers extends ActionExtras {
  /** Its number: filters that name it share it. */
  readonly index?: number
  /** The decoded attributes, with counters: `message.stats`. Not enumerable. */
  readonly message: ActionMessagePart
}

/** An action on a packet; `options` are typed by `kind`. */
export type Action = ActionMembers &
  { [K in ActionKind]: { readonly kind: K; readonly options?: Readable<Infer<Cases[K]>> } }[ActionKind]

/** `dev` of mirred is a link. */
type WithLink<W> = W extends { readonly dev?: unknown }
  ? Omit<W, 'dev'> & {
      /** Link that sends or receives the packet: its name, its index or the link itself. */
      readonly dev?: LinkRef | undefined
    }
  : W

/** Options of a kind: TCA_ACT_OPTIONS as they are read, or the words of tc, from which the library computes them. */
export type NewActionOptions<K extends ActionKind> = InEitherForm<
  InputOf<Infer<Cases[K]>>,
  WithLink<WordsIn<typeof actionWords, K>>
>

/** A verdict that ends the actions: short for the action `gact`. */
export type ActionWord = 'continue' | 'pass' | 'ok' | 'reclassify' | 'drop' | 'pipe' | 'stolen' | 'trap'

/** An action to write. */
export type NewAction =
  | ActionWord
  | ({
      /** Of the action that is shared. By default the kernel chooses one. */
      readonly index?: number | undefined
    } & ActionExtras &
      { [K in ActionKind]: { readonly kind: K; readonly options?: NewActionOptions<K> | undefined } }[ActionKind])

/** Identifies an action by its kind and number. */
export interface ActionKey {
  readonly kind: ActionKind
  readonly index: number
}

/** Selects the actions of a kind. */
export interface ActionFilter {
  readonly kind: ActionKind
}
