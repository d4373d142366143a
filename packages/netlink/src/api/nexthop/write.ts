import type { NexthopMessage } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { checkFlush, flushed } from '../run/flush.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { describeNexthop } from '../values/describe.js'
import { requireKeys } from '../values/objects.js'
import { compareNexthop } from './diff.js'
import { checkNexthop, encodeNexthop, matchesKey } from './encode.js'
import { filterKeys, list, readNexthop } from './read.js'
import type { NewNexthop, Nexthop, NexthopFilter, NexthopKey } from './types.js'

/** Adds a next hop, and returns its ID. */
export function* add(nexthop: NewNexthop): Operation<number> {
  const message = yield* encodeNexthop(nexthop)
  const options = { create: true, excl: true, echo: nexthop.id === undefined }
  const [created] = yield* change('RTM_NEWNEXTHOP', message, options)
  return nexthop.id ?? created?.attrs.id ?? 0
}

const replacing = { create: true, replace: true }

/** Adds a next hop, or replaces the one with its ID. */
export function* replace(nexthop: NewNexthop): Operation<void> {
  checkNexthop(nexthop)
  requireKeys('nexthop', nexthop, 'id')
  yield* change('RTM_NEWNEXTHOP', yield* encodeNexthop(nexthop), replacing)
}

/** Deletes the next hop with this ID if it has all given properties. */
export function* remove(key: NexthopKey): Operation<void> {
  checkNexthop(key)
  requireKeys('nexthop', key, 'id')
  const { id } = key
  const request = yield* encodeNexthop(key)
  const found = Object.keys(key).length > 1 ? yield* readNexthop(id) : undefined
  if (found && !matchesKey(key, request, found))
    throw refusal({ request: 'RTM_DELNEXTHOP', code: 'ENOENT', explanation: `next hop ${id} is a different one` })
  yield* change('RTM_DELNEXTHOP', { attrs: { id } })
}

/** Adds a next hop, or replaces the one with its ID if it differs from the spec. */
export function* ensureNexthop(nexthop: NexthopKey): Operation<Ensured> {
  return yield* ensure(yield* nexthopTarget(nexthop))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* nexthopTarget(nexthop: NexthopKey): Operation<Target<FoundMessage<NexthopMessage>>> {
  checkNexthop(nexthop)
  requireKeys('nexthop', nexthop, 'id')
  const request = yield* encodeNexthop(nexthop)
  return {
    object: 'next hop',
    message: request,
    describe: () => describeNexthop(nexthop),
    *find() {
      const message = yield* readNexthop(nexthop.id, nexthop.hwStats !== undefined)
      return message && { message }
    },
    create: () => change('RTM_NEWNEXTHOP', request, { create: true, excl: true }),
    compare: ({ message }) => compareNexthop(nexthop, request, message),
    update: () => change('RTM_NEWNEXTHOP', request, replacing),
  }
}

/** Deletes the next hops that a filter selects. */
export function* flush(filter: NexthopFilter): Operation<Nexthop[]> {
  checkFlush(filter, filterKeys, { details: ['stats'] })
  const listed = yield* list(filter)
  // The kernel deletes a group with its last member, so groups are deleted first.
  const isGroup = ({ group }: Nexthop) => group !== undefined
  const deleted: Nexthop[] = []
  for (const nexthop of [...listed.filter(isGroup), ...listed.filter((each) => !isGroup(each))])
    if (yield* flushed(change('RTM_DELNEXTHOP', { attrs: { id: nexthop.id } }))) deleted.push(nexthop)
  return deleted
}
