import { ArgumentError } from '../../codec/error.js'
import { NetlinkError } from '../../message/index.js'
import type { QdiscMessage } from '../../route/index.js'
import { handleText } from '../../route/index.js'
import { type Difference, type Ensured, ensure, type Target } from '../run/ensure.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { describeQdisc } from '../values/describe.js'
import { checkKeys } from '../values/objects.js'
import { toQdisc } from './decode.js'
import { compareQdisc } from './diff.js'
import { hasOptions } from './encode.js'
import { encodeQdisc, find, findTarget, ofLink, qdiscKeys } from './read.js'
import type { NewQdisc, Qdisc, QdiscKey } from './types.js'

const RTM_NEWQDISC = 'RTM_NEWQDISC'

/** Adds a qdisc. */
export function* add(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc)
  // Without a handle the kernel replaces one of another kind, NLM_F_EXCL or not.
  const current =
    qdisc.handle === undefined ? yield* ofLink(message.ifindex, ({ parent }) => parent === message.parent) : undefined
  if (current && current.handle !== 0) {
    const explanation = `the parent has a qdisc already, ${current.attrs.kind}`
    throw refusal({ request: RTM_NEWQDISC, code: 'EEXIST', attribute: 'parent', explanation })
  }
  yield* change(RTM_NEWQDISC, message, { create: true, excl: true })
}

/** Adds a qdisc, or replaces the one at its parent. */
export function* replace(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc)
  const options = { create: true, replace: true }
  try {
    yield* change(RTM_NEWQDISC, message, options)
  } catch (error) {
    if (!(error instanceof NetlinkError) || !/Change operation not supported/.test(String(error.kernelMessage)))
      throw error
    // Kinds without a change operation (htb, ingress) refuse options even if they are the current ones.
    const current = yield* findTarget(qdisc)
    if (current === undefined || !hasOptions(current, message)) throw error
    const { options: _, ...attrs } = message.attrs
    yield* change(RTM_NEWQDISC, { ...message, attrs }, options)
  }
}

/** Changes the options of a qdisc. */
export function* set(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc, 'change')
  const current = yield* findTarget(qdisc)
  if (current === undefined || current.handle === 0)
    throw refusal({ request: RTM_NEWQDISC, code: 'ENOENT', explanation: 'no such qdisc' })
  // Without a handle the kernel replaces one of another kind, instead of changing one.
  yield* change(RTM_NEWQDISC, { ...message, parent: current.parent, handle: current.handle })
}

/** Deletes a qdisc. */
export function* remove(key: QdiscKey): Operation<void> {
  checkKeys('qdisc', key, qdiscKeys)
  if ((key.parent ?? key.handle ?? key.kind) === undefined)
    throw new ArgumentError(`expected qdisc to have 'parent', 'handle' or 'kind', got none`)
  const found = yield* find(key)
  if (found === undefined) throw refusal({ request: 'RTM_DELQDISC', code: 'ENOENT', explanation: 'no such qdisc' })
  const { ifindex, parent, handle, attrs } = found
  // The kernel compares both again: another process may have changed the qdisc.
  yield* change('RTM_DELQDISC', { ifindex, parent, handle, attrs: { kind: attrs.kind } })
}

/** Adds a qdisc, or changes the one at its parent if it differs from the spec. */
export function* ensureQdisc(qdisc: NewQdisc): Operation<Ensured> {
  return yield* ensure(yield* qdiscTarget(qdisc))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* qdiscTarget(qdisc: NewQdisc): Operation<Target<Qdisc>> {
  const request = yield* encodeQdisc(qdisc)
  return {
    object: 'qdisc',
    message: request,
    describe: () => describeQdisc(qdisc),
    *find() {
      const found = yield* ofLink(request.ifindex, ({ parent }) => parent === request.parent)
      // The default qdisc of a link has no handle. The kernel replaces it.
      if (found === undefined || found.handle === 0) return undefined
      checkSame(request, found)
      return toQdisc(found)
    },
    create: () => change(RTM_NEWQDISC, request, { create: true, excl: true }),
    compare: ({ message }) => compareQdisc(request, message),
    *update({ message: { parent, handle } }, differences) {
      const { options, ...attrs } = request.attrs
      // Kinds without a change operation refuse options, even the current ones.
      const sent = differences.some(isOption) ? request.attrs : attrs
      yield* change(RTM_NEWQDISC, { ...request, parent, handle, attrs: sent })
    },
  }
}

const isOption = ({ key }: Difference) => key.startsWith('options.')

/** Checks that the qdisc found at a parent has the kind and, if given, the handle of the spec. @throws {NetlinkError} `EEXIST` */
function checkSame({ handle, attrs }: QdiscMessage, found: QdiscMessage): void {
  if (found.attrs.kind === attrs.kind && (handle === 0 || handle === found.handle)) return
  const explanation = `the parent has another qdisc, ${found.attrs.kind} ${handleText(found.handle)}`
  throw refusal({ request: RTM_NEWQDISC, code: 'EEXIST', attribute: 'parent', explanation })
}
