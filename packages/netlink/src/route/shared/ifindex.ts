import { type Fixed, u32 } from '../../codec/index.js'

declare const isLinkIndex: unique symbol

/** The index of a link. The API also accepts the link's name. */
export type LinkIndex = number & { readonly [isLinkIndex]?: never }

/** True for a type that stands for the index of a link. */
export type IsLinkIndex<T> = typeof isLinkIndex extends keyof T ? true : false

/** A `u32` that is the index of a link: a declaration of its own, by which the API knows where names may stand. */
export const ifindex: Fixed<LinkIndex> = { ...u32 }
