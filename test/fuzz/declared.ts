import * as netlink from '@netloom/netlink'
import type { Declaration } from '@netloom/netlink/codec'
import * as connector from '@netloom/netlink/connector'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { isSet, isStruct } from '../support/header-family.js'
import { generated } from './generate.js'

/** A declaration and its name. */
export interface Declared {
  /** Name of the message (`RTM_NEWLINK`), or of the export (`linkAttrs`). */
  readonly name: string
  readonly declaration: Declaration<unknown>
}

type Messages = Readonly<Record<string, readonly [number, Declaration<unknown>, Declaration<unknown>?, ...unknown[]]>>

/** Yields the messages of a protocol or the commands of a generic family, if `each` is one. */
export function* messagesOf(each: unknown): Generator<Declared> {
  if (typeof each !== 'object' || each === null || !('messages' in each)) return
  const { messages, replies = {} } = each as { messages: Messages; replies?: Messages }
  for (const [name, [, request, reply]] of [...Object.entries(messages), ...Object.entries(replies)]) {
    for (const declaration of [request, reply]) if (declaration) yield { name, declaration }
  }
}

/** Exports of the package, one object per entry point. */
export type Exports = readonly Readonly<Record<string, unknown>>[]

const all: Exports = [netlink, route, generic, netfilter, xfrm, diag, uevent, rdma, connector]

/**
 * Returns the declarations of all messages of all protocols and generic families, requests and replies, and of all exported
 * attribute sets and structs. Each declaration occurs once.
 */
export function declared(exports: Exports = all): Declared[] {
  const found = new Map<unknown, Declared>()
  for (const [name, each] of exports.flatMap((one) => Object.entries(one))) {
    for (const message of messagesOf(each)) found.set(message.declaration, message)
    if (isSet(each) || isStruct(each)) found.set(each, { name, declaration: each as unknown as Declaration<unknown> })
  }
  return [...found.values()]
}

/** Returns the declarations for which values can be generated. */
export const generable = (exports?: Exports): Declared[] =>
  declared(exports).filter(({ declaration }) => generated(declaration, []) !== undefined)
