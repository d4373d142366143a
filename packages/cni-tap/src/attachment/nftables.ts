import { type Batch, BatchInterruptedError, type BatchItem, type BatchResult, Connection } from '@netloom/netlink'
import { NFNL_SUBSYS, netfilter } from '@netloom/netlink/netfilter'

type Netfilter = Connection<typeof netfilter.messages>

/** Timeout in milliseconds. The kernel answers at once. A kernel without nftables answers only the first message. */
const timeout = 2000

/** Opens a connection to netfilter in the namespace. */
export function openNetfilter(netns: number): Netfilter {
  return Connection.openProtocol(netfilter, { netns, timeout })
}

/**
 * Applies changes of nftables, all of them or none. The kernel requires them in one system call, between two messages that mark the batch.
 * @throws {NetlinkError} for the first change that is refused
 */
export function transact(netns: number, fill: (batch: Batch<typeof netfilter.messages>) => void): void {
  using nl = openNetfilter(netns)
  const batch = nl.batch({ oneCall: true })
  const mark = { resId: NFNL_SUBSYS.NFTABLES }
  batch.add('NFNL_MSG_BATCH_BEGIN', mark, { ack: false })
  fill(batch)
  batch.add('NFNL_MSG_BATCH_END', mark, { ack: false })
  const refused = firstRefused(() => batch.sendSync())
  if (refused !== undefined) throw refused.error
}

/**
 * Sends the batch. Returns the item that the kernel refused. If it refuses the whole batch, it reports the error for the first
 * message only.
 */
function firstRefused(send: () => BatchResult): BatchItem | undefined {
  try {
    return send().first
  } catch (error) {
    const items = error instanceof BatchInterruptedError ? (error.items as readonly BatchItem[]) : []
    const refused = items.find(({ state }) => state === 'failed')
    if (refused === undefined) throw error
    return refused
  }
}
