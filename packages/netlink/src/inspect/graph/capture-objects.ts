import type { DissectedMessage } from '../../dissect/index.js'
import type { RouteMessage } from '../../route/index.js'
import type { InspectedDatagram } from '../conversation.js'
import { Conversations } from '../conversations.js'
import { changeBy, MomentObjects } from '../moment.js'
import type { NamespaceObjects } from './model.js'

/** True for the objects of a topology. Of routes, it contains the default ones. */
const isDrawn = ({ type, error, value }: DissectedMessage) =>
  /(LINK|ADDR)$/.test(type) || (type.endsWith('ROUTE') && !error && (value as RouteMessage).dstLen === 0)

/**
 * Collects the links, addresses and default routes of a capture: the state after its last message. It follows from what the kernel
 * reports, and from the requests that it acknowledges.
 */
export class CaptureObjects {
  readonly #conversations = new Conversations()
  readonly #objects = new MomentObjects()

  /** Adds the messages of a datagram. */
  add(datagram: InspectedDatagram): void {
    if (datagram.protocol !== 'NETLINK_ROUTE') return
    for (const assigned of this.#conversations.add(datagram)) {
      const change = changeBy(assigned)
      if (change && isDrawn(change)) this.#objects.apply(change)
    }
    // Complete conversations are needed no more.
    for (const _ of this.#conversations.take());
  }

  /** Returns the objects as those of one namespace. */
  objects(name: string): NamespaceObjects {
    return this.#objects.namespace(name)
  }
}
