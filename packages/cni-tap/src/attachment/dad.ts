import type { AddressMessage, Connection } from '@netloom/netlink'
import { IFA_F } from '@netloom/netlink/route'
import { sleep } from '@netloom/netlink/socket'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { AF_INET6 } from '../cni/prefix.js'
import type { SignalCheck } from '../system/signals.js'

/**
 * Timeout in milliseconds. By default, the kernel waits up to one second before the first probe, and one second after each probe.
 */
const timeout = 10_000
const interval = 25

const flagsOf = ({ flags, attrs }: AddressMessage) => attrs.flags ?? flags
const hasFlag = (address: AddressMessage, flag: number) => (flagsOf(address) & flag) !== 0

/**
 * Waits until duplicate address detection has ended for all IPv6 addresses of the device. The device must be up and have a
 * carrier.
 * @throws {CniError} 103 if another node has one of the addresses, 101 after a timeout, 11 after a signal
 */
export async function settleAddresses(nl: Connection, index: number, throwIfSignalled: SignalCheck): Promise<void> {
  const until = performance.now() + timeout
  for (;;) {
    const addresses = kernelCall('failed to list addresses', () =>
      nl.dumpSync('RTM_GETADDR', { family: AF_INET6, index }),
    ).filter((address) => address.index === index)
    const failed = addresses.find((address) => hasFlag(address, IFA_F.DADFAILED))
    if (failed !== undefined) throw failure(ErrorCode.ipamUnusable, failed, 'is in use by another node')
    const tentative = addresses.find((address) => hasFlag(address, IFA_F.TENTATIVE))
    if (tentative === undefined) return
    if (performance.now() > until) {
      throw failure(ErrorCode.kernelRefused, tentative, `is still tentative after ${timeout / 1000} seconds`)
    }
    sleep(interval)
    await throwIfSignalled()
  }
}

const failure = (code: number, { attrs }: AddressMessage, what: string) =>
  new CniError(code, `address ${attrs.address} ${what}`)
