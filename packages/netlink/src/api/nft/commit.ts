import type { BatchResult } from '../../connection/batch-result.js'
import { none } from '../../connection/flags.js'
import { NetlinkError } from '../../message/index.js'
import { NFNL_SUBSYS, type NftGenMessage, type NftSetMessage, type NftTableMessage } from '../../netfilter/index.js'
import { ifThere } from '../run/link-lookup.js'
import { type BatchRequest, batched, type Operation, requestOf } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { defined } from '../values/objects.js'
import { deletion, place } from './change/change.js'
import type { NftMessage } from './compile/messages.js'
import { toTable } from './decode.js'
import { explainJumps } from './jumps.js'
import { readSet } from './read.js'
import { keyOf, Scope } from './scope.js'
import type { NewNftTable } from './spec.js'
import type { NftTransaction } from './transaction.js'
import { nftFamilyNumber } from './types/names.js'

/** Returns the generation of the ruleset. Each transaction of any process changes it. */
export function* readGeneration(): Operation<number> {
  const [reply] = (yield requestOf('read', 'NFT_MSG_GETGEN', { attrs: {} }, none)) as NftGenMessage[]
  return reply?.attrs.id ?? 0
}

/** Reads the sets whose types the changes depend on. Those that do not exist are refused by the kernel, with the change. */
function* setsOf({ changes }: NftTransaction): Operation<Map<string, NftSetMessage>> {
  const sets = new Map<string, NftSetMessage>()
  for (const key of changes.flatMap(({ needs = [] }) => needs)) {
    if (sets.has(keyOf(key))) continue
    const found = yield* ifThere(readSet(nftFamilyNumber(key.family), key.table, key.name), 'ENOENT')
    if (found !== undefined) sets.set(keyOf(key), found)
  }
  return sets
}

/** Returns the message that deletes a table that is replaced; none if there is no such table. @throws {NetlinkError} if it is foreign */
function* deletionOf(table: NewNftTable): Operation<NftMessage[]> {
  const { family = 'inet', name, program } = table
  const number = nftFamilyNumber(family)
  const request = requestOf('read', 'NFT_MSG_GETTABLE', { family: number, attrs: { name } }, none)
  const [found] = ((yield* ifThere(one(request), 'ENOENT')) ?? []) as NftTableMessage[]
  if (found === undefined) return []
  const object = place('table', { family, name })
  const owner = toTable(found).program
  if (owner !== program)
    throw refusal({
      ...{ request: 'NFT_MSG_DELTABLE', code: 'EEXIST', object },
      explanation: `the table was added by ${owner === undefined ? 'another program' : `the program '${owner}'`}`,
    })
  return [deletion('TABLE', family, { name }, object)]
}

function* one(request: ReturnType<typeof requestOf>): Operation<unknown[]> {
  return yield request
}

const subsystem = { resId: NFNL_SUBSYS.NFTABLES }
/** The kernel never acknowledges the begin, and the end only since 6.10. */
const unacknowledged = { ack: false } as const

/**
 * Sends a transaction. Returns false if the ruleset was changed since `generation`, so that nothing took effect.
 * @throws {NetlinkError} of the first change that the kernel refuses. Nothing took effect.
 */
export function* commit(transaction: NftTransaction, generation: number): Operation<boolean> {
  if (transaction.changes.length === 0) return true
  const scope = new Scope(transaction, yield* setsOf(transaction))
  const messages: NftMessage[] = []
  for (const { replaces, messages: own } of transaction.changes) {
    if (replaces !== undefined) messages.push(...(yield* deletionOf(replaces)))
    messages.push(...own(scope))
  }
  // Lists of elements can be empty.
  if (messages.length === 0) return true
  const requests: BatchRequest[] = [
    { name: 'NFNL_MSG_BATCH_BEGIN', value: { ...subsystem, attrs: { genid: generation } }, options: unacknowledged },
    ...messages.map(({ name, family, attrs, options }) => ({ name, value: { family, attrs }, options })),
    { name: 'NFNL_MSG_BATCH_END', value: subsystem, options: unacknowledged },
  ]
  const { first } = yield* batched(requests)
  if (first === undefined) return true
  return yield* refused(first, messages)
}

/** True if the kernel refused the chain that a verdict names (nft_verdict_init). */
const isJump = (part: string | undefined, { code }: NetlinkError) =>
  code === 'EOPNOTSUPP' && part !== undefined && /^(jump|goto) /.test(part)

/** Errors about chains that jump to each other. */
const jumpErrors = new Set(['ELOOP', 'EMLINK'])

/** Returns false for a conflict. @throws the error of a request that the kernel refused */
function* refused(
  { index, error }: NonNullable<BatchResult['first']>,
  messages: readonly NftMessage[],
): Operation<false> {
  if (!(error instanceof NetlinkError)) throw error
  if (error.code === 'ERESTART') return false
  const message = messages[index - 1]
  if (message === undefined) throw error
  const part = error.attribute === undefined ? undefined : message.partOf?.(error.attribute)
  const explanation = isJump(part, error)
    ? 'only chains without a hook can be jumped to'
    : jumpErrors.has(error.code)
      ? yield* explainJumps(message, messages)
      : undefined
  throw new NetlinkError(
    { ...error, object: message.object, attribute: part ?? error.attribute, ...defined({ explanation }) },
    { cause: error },
  )
}
