import { constants } from 'node:os'
import { type Netlink, NetlinkError, SystemError } from '@netloom/netlink'
import './built.js'

/** Index in a request that plans send to find out what they may do. It has no effect. */
const NO_LINK = 0x7fffffff

/** The fault of one request. `refused`: it has no effect. `lost`: it has, but its answer does not arrive. */
export type Fault = 'refused' | 'lost'

type Send = (name: string, value: unknown, ...more: unknown[]) => unknown

/** Requests of a connection that change something. They have numbers from 1. */
export interface Injector extends Disposable {
  /** Number of the last one. */
  readonly changes: number
  /** The numbers of those that the kernel refused, by their errors. */
  readonly refused: ReadonlyMap<unknown, number>
  /** Calls a function before each request. */
  before(call: (number: number) => void): void
  /** Makes the request with this number fail. */
  fail(number: number, fault: Fault): void
}

/** The members of requests that plans send to find out what the kernel knows: those without effect. */
interface Probed {
  readonly index?: number
  readonly attrs?: { readonly stab?: { readonly base?: unknown } }
}

function isChange(name: string, value: unknown): boolean {
  const { index, attrs } = (value ?? {}) as Probed
  // The kernel refuses a size table without a base.
  const isWithoutEffect = index === NO_LINK || (attrs?.stab !== undefined && attrs.stab.base === undefined)
  return !name.startsWith('RTM_GET') && !isWithoutEffect
}

const errorOf = (request: string, fault: Fault) =>
  fault === 'refused'
    ? new NetlinkError({ request, errno: constants.errno.ENOMEM })
    : new SystemError('recvfrom', constants.errno.ENOBUFS)

/** Observes the changes of a connection, and makes some fail. */
export function injectorOf({ connection }: Netlink): Injector {
  const own = connection as unknown as Record<'request' | 'requestSync', Send>
  const originals = { request: own.request, requestSync: own.requestSync }
  const refused = new Map<unknown, number>()
  let changes = 0
  let planned: { readonly number: number; readonly fault: Fault } | undefined
  let before = (_number: number) => {}

  /** Sends a request, and has `next` called with its outcome. */
  const sending =
    (originalKey: 'request' | 'requestSync'): Send =>
    (name, value, ...more) => {
      const send = () => originals[originalKey].call(connection, name, value, ...more)
      if (!isChange(name, value)) return send()
      const number = ++changes
      before(number)
      const fault = planned?.number === number ? planned.fault : undefined
      const fail = (error: unknown): never => {
        refused.set(error, number)
        throw error
      }
      const injected = fault && errorOf(name, fault)
      if (originalKey === 'requestSync') {
        if (fault === 'refused') throw injected
        const replies = send()
        if (fault === 'lost') throw injected
        return replies
      }
      if (fault === 'refused') return Promise.reject(injected)
      const replies = (send() as Promise<unknown>).catch(fail)
      return fault === 'lost' ? replies.then(() => Promise.reject(injected)) : replies
    }

  own.request = sending('request')
  own.requestSync = sending('requestSync')
  return {
    refused,
    get changes() {
      return changes
    },
    before(call) {
      before = call
    },
    fail(number, fault) {
      planned = { number, fault }
    },
    [Symbol.dispose]() {
      for (const key of ['request', 'requestSync'] as const) Reflect.deleteProperty(own, key)
    },
  }
}
