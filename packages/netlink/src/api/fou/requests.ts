import { type FouAttrs, fou } from '../../generic/fou.js'
import { ifThere, indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import type { LinkRef } from '../values/link-ref.js'
import { toFouPort } from './decode.js'
import { encodeKey, encodePort } from './encode.js'
import type { FouPort, FouPortKey, NewFouPort } from './types.js'

const { read, dump, change } = requestsOf(fou)

/** Adds the link to the attributes of a port. */
function* withLink(attrs: FouAttrs, dev: LinkRef | undefined): Operation<FouAttrs> {
  const ifindex = yield* indexOrNone('dev', dev)
  return ifindex === undefined ? attrs : { ...attrs, ifindex }
}

/** Lists ports. */
export function* list(): Operation<FouPort[]> {
  return (yield* dump('FOU_CMD_GET', { attrs: {} })).map(toFouPort)
}

/** Returns a port. */
export function* get(port: FouPortKey): Operation<FouPort | undefined> {
  const attrs = yield* withLink(encodeKey(port), port.dev)
  const [found] = (yield* ifThere(read('FOU_CMD_GET', { attrs }), 'ESRCH')) ?? []
  return found && toFouPort(found)
}

/** Adds a port. */
export function* add(port: NewFouPort): Operation<void> {
  const attrs = yield* withLink(encodePort(port), port.dev)
  yield* explained(change('FOU_CMD_ADD', { attrs }), 'EALREADY', 'there is such a port')
}

/** Deletes a port. The kernel answers EINVAL if there is none. */
export function* remove(port: FouPortKey): Operation<void> {
  const attrs = yield* withLink(encodeKey(port), port.dev)
  yield* explained(change('FOU_CMD_DEL', { attrs }), 'EINVAL', 'no such port')
}
