import * as netlink from '@netloom/netlink'
import type { Declaration } from '@netloom/netlink/codec'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { isSet, isStruct } from '../support/header-family.js'
import { generated } from './generate.js'

/** A declaration, and where it was found. */
export interface Declared {
  /** `RTM_NEWLINK`, or what it is exported as: `linkAttrs` */
  readonly name: string
  readonly declaration: Declaration<unknown>
}

type Messages = Readonly<Record<string, readonly [number, Declaration<unknown>, Declaration<unknown>?, ...unknown[]]>>

function* messagesOf(each: unknown): Generator<Declared> {
  if (typeof each !== 'object' || each === null || !('messages' in each)) return
  const { messages, replies = {} } = each as { messages: Messages; replies?: Messages }
  for (const [name, [, request, reply]] of [...Object.entries(messages), ...Object.entries(replies)]) {
    for (const declaration of [request, reply]) if (declaration) yield { name, declaration }
  }
}

/** The exports of the package, one object for each entry point. */
export type Exports = readonly Readonly<Record<string, unknown>>[]

const all: Exports = [netlink, route, generic, netfilter, xfrm, diag, uevent]

/**
 * Every message of every protocol and generic family, requests and replies, and every set of attributes and struct that
 * is exported; each declaration once.
 */
export function declared(exports: Exports = all): Declared[] {
  const found = new Map<unknown, Declared>()
  for (const [name, each] of exports.flatMap((one) => Object.entries(one))) {
    for (const message of messagesOf(each)) found.set(message.declaration, message)
    if (isSet(each) || isStruct(each)) found.set(each, { name, declaration: each as unknown as Declaration<unknown> })
  }
  return [...found.values()]
}

/** Those of them that tell what they are made of. */
export const generable = (exports?: Exports): Declared[] =>
  declared(exports).filter(({ declaration }) => generated(declaration, []) !== undefined)
