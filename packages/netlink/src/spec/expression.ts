import type { functions, values } from './vocabulary.js'

/** Names of the declaration language that a spec is translated to. */
type Value = keyof typeof values
export type Function = keyof typeof functions

/**
 * A part of a declaration. It is evaluated when a program loads a spec, and printed when a declaration is generated, so that both have
 * one translation.
 */
export type Expression =
  | { readonly kind: 'value'; readonly name: Value }
  | { readonly kind: 'literal'; readonly value: string | number }
  | Call
  /** Another declaration. With `later`, one that comes after this one. */
  | { readonly kind: 'reference'; readonly name: string; readonly later: boolean }
  | { readonly kind: 'array'; readonly elements: readonly Expression[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }

/** A call of a function. A generated module names the `types`, so that TypeScript does not write them out in full. */
export interface Call {
  readonly kind: 'call'
  readonly name: Function
  readonly args: readonly Expression[]
  readonly types?: readonly string[]
}

/** A member of an object, with its documentation. */
export interface Member {
  readonly key: string
  readonly doc?: string | undefined
  readonly value: Expression
}

export const value = (name: Value): Expression => ({ kind: 'value', name })
export const literal = (of: string | number): Expression => ({ kind: 'literal', value: of })
export const call = (name: Function, ...args: readonly Expression[]): Call => ({ kind: 'call', name, args })
export const reference = (name: string, later = false): Expression => ({ kind: 'reference', name, later })
export const array = (...elements: readonly Expression[]): Expression => ({ kind: 'array', elements })
export const object = (members: readonly Member[]): Expression => ({ kind: 'object', members })

/** A named declaration. */
export interface Declared {
  readonly name: string
  readonly doc: string
  readonly expression: Expression
  /** Name of the interface of its values, if it has one. */
  readonly type?: string
}
