// Collects the declarations that the packages export: protocols and families, messages, attribute sets, structs, constants.
import * as connector from '@netloom/netlink/connector'
import * as constants from '@netloom/netlink/constants'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { declarationDocs, headerIn } from '../declaration-docs.mjs'

/** Entry points with declarations, in the order of the reference. */
const modules = { route, generic, netfilter, xfrm, diag, uevent, rdma, connector, constants }

const isFamily = (value) => value?.messages !== undefined && typeof value.byName !== 'undefined'
const isGenericFamily = (value) => value?.messages !== undefined && typeof value.byCommand === 'function'
const isConstants = (value) => value?.prefix !== undefined && value.values !== undefined
const isDeclaration = (value) => typeof value?.codec === 'function' && value.kind !== undefined

/** Returns the declarations inside of one, with the key that each has in a decoded value, if any. */
export function innerOf(declaration) {
  switch (declaration.kind) {
    case 'attributes':
      return Object.entries(declaration.table).map(([key, [, payload]]) => [key, payload])
    case 'struct':
      return Object.entries(declaration.members)
    case 'select':
    case 'selectOuter':
      return [
        ...Object.entries(declaration.cases).map(([selector, payload]) => [`(${selector})`, payload]),
        ...(declaration.otherwise ? [[undefined, declaration.otherwise]] : []),
      ]
    case 'list':
    case 'indexed':
    case 'array':
      return [[undefined, declaration.element]]
    case 'message':
      return [
        [undefined, declaration.header],
        ['attrs', declaration.attrs],
      ]
    case 'followed':
      return [
        [undefined, declaration.header],
        [declaration.key, declaration.rest],
      ]
    case 'choice':
      return declaration.alternatives.map((each) => [undefined, each])
    case 'lazy':
      return [[undefined, declaration.target]]
    default:
      return Object.entries(declaration.members ?? {})
  }
}

/** Returns the constants that name the numbers or bits of a declaration. */
export const constantsOf = ({ constants: names, constantsBy, bits }) => [
  ...(names?.families ?? names?.parts ?? []).map((part) => part.family ?? part),
  ...Object.values(constantsBy?.cases ?? {}),
  ...(bits ? [bits] : []),
]

/** Finds the comments of a declaration: those of the call with its name that has most of its keys. */
class Comments {
  #all = declarationDocs()

  of(call, name, keys) {
    const score = (each) => each.keys.filter((key) => keys.includes(key)).length - each.keys.length / 1000
    const [first] = this.#all
      .filter((each) => each.call === call && each.name === name)
      .sort((a, b) => score(b) - score(a))
    return { comment: first?.comment ?? '', comments: first?.members ?? {}, header: headerIn(first?.comment ?? '') }
  }
}

/** Messages of a protocol or family: name, row, and the direction if requests and messages of the kernel differ. */
function messagesOf({ messages, replies = messages, events }) {
  const differ = replies !== messages
  const rows = (from, direction) => Object.entries(from).map(([name, row]) => ({ name, row, direction }))
  return [
    ...rows(messages, differ || events ? 'to the kernel' : undefined),
    ...(differ ? rows(replies, 'from the kernel') : []),
    ...(events ? rows(events.messages, 'notification') : []),
  ]
}

const sameKeys = (a, b) => Object.keys(a).join() === Object.keys(b).join()

/** False for a part of a protocol that is exported alone, as `nftables` is a part of `netfilter`. */
const isWhole = ({ name, messages }, exported) =>
  !exported.some(
    ({ value }) =>
      isFamily(value) && value.name === name && Object.keys(value.messages).length > Object.keys(messages).length,
  )

/**
 * The declarations of all entry points. A set, struct or family of constants occurs once, even if several declarations share it, or
 * if a part of it is declared under the same name.
 */
export class Catalog {
  #comments = new Comments()
  #walked = new Set()
  /** Attribute sets by the table of their rows, which copies of a declaration share. */
  sets = new Map()
  /** Structs by their members. */
  structs = new Map()
  /** Constants by their prefix and header. */
  constants = new Map()
  families = []

  constructor() {
    const exported = Object.entries(modules).flatMap(([entry, module]) =>
      Object.entries(module).map(([key, value]) => ({ entry, key, value })),
    )
    for (const { entry, key, value } of exported)
      if (isGenericFamily(value) || (isFamily(value) && isWhole(value, exported))) this.#addFamily(entry, key, value)
    for (const { value } of exported) {
      if (isConstants(value)) this.constantsFor(value)
      else if (isDeclaration(value)) this.#walk(value, { family: this.families[0], user: {} })
    }
  }

  /** Returns the entry of constants, and adds it if it is new. */
  constantsFor({ prefix, values, words = {} }) {
    const comments = this.#comments.of('constants', prefix, Object.keys(values))
    const id = `${prefix || Object.keys(values)[0]} ${comments.header}`
    const entry = this.constants.get(id) ?? { name: prefix, values: {}, words: {}, ...comments }
    this.constants.set(id, entry)
    Object.assign(entry.values, values)
    Object.assign(entry.words, words)
    return entry
  }

  #addFamily(entry, key, value) {
    const isGeneric = isGenericFamily(value)
    const family = { entry, key, value, isGeneric, name: value.name, messages: messagesOf(value), sets: [] }
    Object.assign(family, this.#comments.of(isGeneric ? 'genericFamily' : 'protocol', value.name, []))
    this.families.push(family)
    for (const { name, row, direction } of family.messages)
      for (const each of [row[1], row[2]])
        if (each) this.#walk(each, { family, user: { family, message: { name, direction } } })
  }

  /** Adds a set. `user` is the set or message that contains it, for the pages of sets with the same name. */
  #addSet(declaration, { family, user }) {
    const { name, table } = declaration
    const known = this.sets.get(table)
    if (known) {
      known.users.push(user)
      return known
    }
    const set = {
      declaration,
      name,
      family,
      users: [user],
      ...this.#comments.of('attributes', name, Object.keys(table)),
    }
    this.sets.set(table, set)
    family.sets.push(set)
    return set
  }

  #addStruct({ name, members, size }) {
    if (this.structs.has(members)) return
    const same = [...this.structs.values()].find((each) => each.name === name && sameKeys(each.members, members))
    this.structs.set(
      members,
      same ?? { name, members, size, ...this.#comments.of('struct', name, Object.keys(members)) },
    )
  }

  #walk(declaration, place) {
    for (const each of constantsOf(declaration)) this.constantsFor(each)
    if (declaration.kind === 'struct') this.#addStruct(declaration)
    const set = declaration.kind === 'attributes' ? this.#addSet(declaration, place) : undefined
    const identity = declaration.table ?? declaration
    // Each message is a user of its attributes, also if several messages share a declaration.
    if (this.#walked.has(identity) && declaration.kind !== 'message') return
    this.#walked.add(identity)
    for (const [key, inner] of innerOf(declaration)) {
      const { family, user } = place
      const path = key === undefined ? user.key : set ? key : [user.key, key].filter(Boolean).join(' ')
      this.#walk(inner, { family, user: { ...(set ? { set } : user), key: path } })
    }
  }
}
