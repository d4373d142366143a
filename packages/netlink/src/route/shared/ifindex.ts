import { type Fixed, u32 } from '../../codec/index.js'

declare const isLinkIndex: unique symbol

/** The index of a link. The API also accepts the link's name. */
export type LinkIndex = number & { readonly [isLinkIndex]?: never }

/** True if a type is the index of a link. */
export type IsLinkIndex<T> = typeof isLinkIndex extends keyof T ? true : false

/** A `u32` with the index of a link. The API recognizes this declaration and accepts link names there. */
export const ifindex: Fixed<LinkIndex> = { ...u32 }
