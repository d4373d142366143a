import type { DissectedMessage } from '../dissect/index.js'
import { NFT_SET_ELEM } from '../netfilter/nftables/set.js'
import { isMembers, type Members } from './summary/members.js'

/**
 * The number of objects in a message, or the key of the object of which it is a part. The kernel sends the parts of an object one after
 * the other.
 */
type Content = number | string

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const members = (value: unknown): Members => (isMembers(value) ? value : {})
const attrsOf = (value: unknown): Members => members(members(value).attrs)

/** False for an element that is the end of the range of another one. */
const isObject = (element: unknown) => !(Number(members(element).flags ?? 0) & NFT_SET_ELEM.INTERVAL_END)

/** The answers that do not contain one object each, by their type. */
const contents: Readonly<Record<string, (value: Members) => Content>> = {
  // wiphy_dump of net/wireless/nl80211.c splits a description of 20 kB, and repeats the number.
  NL80211_CMD_NEW_WIPHY: (value) => String(attrsOf(value).wiphy),
  // A set whose elements do not fit into a message continues in the next one: ip_set_dump_do.
  IPSET_CMD_LIST: (value) => String(attrsOf(value).setname),
  // neightbl_dump_info of net/core/neighbour.c adds a message with the parameters of each link.
  RTM_NEWNEIGHTBL: (value) => `${value.family} ${attrsOf(value).name}`,
  NFT_MSG_NEWSETELEM: (value) => list(attrsOf(value).elements).filter(isObject).length,
  RTM_NEWMDB: (value) =>
    list(members(attrsOf(value).mdb).entry).reduce<number>((sum, each) => sum + list(members(each).info).length, 0),
}

/** Counts the objects in the answers to a request. Most messages contain one object. */
export class ObjectCount {
  #count = 0
  #last: string | undefined

  get count(): number {
    return this.#count
  }

  add(message: DissectedMessage): void {
    const contentOf = Object.hasOwn(contents, message.type) ? contents[message.type] : undefined
    // Reading the value decodes it.
    const content = contentOf && isMembers(message.value) ? contentOf(message.value) : 1
    if (typeof content === 'number') this.#count += content
    else if (content !== this.#last) this.#count++
    this.#last = typeof content === 'string' ? content : undefined
  }
}
