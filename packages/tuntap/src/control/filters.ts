import { ArgumentError, encode, macaddr, show } from '@netloom/netlink/codec'
import { addressOf } from '@netloom/netlink/socket'
import { sockFprog, TUN_FLT_ALLMULTI, tunFilter } from '../abi.js'
import type { Queue } from '../device/queue.js'
import { type Checks, checkAddress, checkBoolean, checkInteger, checkOptions } from '../options.js'
import { ioctl, ioctlBytes } from './call.js'

/** FLT_EXACT_COUNT of drivers/net/tun.c: so many addresses are compared exactly. */
const EXACT = 8
const MAX_ADDRESSES = 0xffff

/** Size of `struct sock_filter`, linux/filter.h, and BPF_MAXINSNS of linux/bpf_common.h */
const INSTRUCTION = 8
const MAX_INSTRUCTIONS = 4096

/** Destination addresses that a tap's reader receives. */
export interface AddressFilter {
  /**
   * MAC addresses: at most 8 unicast ones, and any number of multicast ones. Those beyond the first 8 are hashed, so that some
   * others pass too. Broadcast must be listed.
   */
  readonly addresses: readonly string[]
  /** True if all multicast frames pass. */
  readonly allMulticast?: boolean | undefined
}

/** Location of a classic BPF program in the memory of a process. */
export interface ClassicFilter {
  /** Number of instructions. */
  readonly length: number
  /** Address in the memory of the process that attached it. */
  readonly address: bigint
}

const isMulticast = (address: Buffer) => ((address[0] ?? 0) & 1) === 1

function checkAddresses(what: string, addresses: readonly string[]): void {
  if (!Array.isArray(addresses)) throw new ArgumentError(`expected ${what} as an array, got ${show(addresses)}`)
  checkInteger(`a number of ${what}`, addresses.length, 1, MAX_ADDRESSES)
  for (const address of addresses) checkAddress('each address', address)
}

const filterChecks: Checks<AddressFilter> = { addresses: checkAddresses, allMulticast: checkBoolean }

/** Returns the bytes of `struct tun_filter`: unicast addresses first, because the kernel can only compare them exactly. */
function filterBytes(filter: AddressFilter): Buffer {
  checkOptions(filter, filterChecks, 'address filter')
  const { addresses, allMulticast = false } = filter
  checkAddresses('addresses', addresses)
  const all = addresses.map((address) => encode(macaddr, address))
  const unicast = all.filter((address) => !isMulticast(address))
  if (unicast.length > EXACT)
    throw new ArgumentError(
      `expected at most ${EXACT} unicast addresses, with more the kernel turns the filter off, got ${unicast.length}`,
    )
  const header = encode(tunFilter, { flags: allMulticast ? TUN_FLT_ALLMULTI : 0, count: all.length })
  return Buffer.concat([header, ...unicast, ...all.filter(isMulticast)])
}

/** Returns the bytes of a classic BPF program, at an address that does not change. */
function programBytes(program: Uint8Array): Buffer {
  if (!(program instanceof Uint8Array)) throw new ArgumentError(`expected a program of bytes, got ${show(program)}`)
  const { length } = program
  const most = MAX_INSTRUCTIONS * INSTRUCTION
  if (length === 0 || length % INSTRUCTION !== 0 || length > most) {
    throw new ArgumentError(
      `expected 1 to ${MAX_INSTRUCTIONS} instructions of ${INSTRUCTION} bytes, got ${length} bytes`,
    )
  }
  // The memory of a small typed array may move, unless it has its own ArrayBuffer.
  const bytes = Buffer.from(new ArrayBuffer(length))
  bytes.set(program)
  return bytes
}

/** Selects the frames that a device delivers to its reader, and the queue of each. Settings of the device, not of the queue. */
export class Filters {
  readonly #queue: Queue

  /** @internal */
  constructor(queue: Queue) {
    this.#queue = queue
  }

  /**
   * Delivers only frames to these destination addresses (TUNSETTXFILTER); undefined delivers all.
   * @returns the number of addresses that are compared exactly
   * @throws {TunTapError} `EINVAL` for a tun
   * @throws {TypeError} if an address is invalid, or there are none or too many
   */
  setAddresses(filter: AddressFilter | undefined): number {
    const queue = this.#queue
    const bytes = filter === undefined ? encode(tunFilter, { count: 0 }) : filterBytes(filter)
    return ioctlBytes(queue.openFd(), 'TUNSETTXFILTER', bytes, queue)
  }

  /**
   * Attaches a classic BPF program to each attached queue of a tap (TUNATTACHFILTER), in place of the last one. It returns how many
   * bytes of a frame are kept; 0 drops it.
   *
   * The kernel reads the program again from this process's memory whenever a queue attaches, so it stays allocated until this object
   * is closed. Detach it before the process ends, if the device is persistent.
   * @param program `struct sock_filter[]` of linux/filter.h: 8 bytes per instruction, in the byte order of the machine.
   * @throws {TunTapError} `EINVAL` if the program is invalid or the device is a tun
   */
  attach(program: Uint8Array): void {
    const queue = this.#queue
    const bytes = programBytes(program)
    ioctl(queue.openFd(), 'TUNATTACHFILTER', { length: bytes.length / INSTRUCTION, filter: addressOf(bytes) }, queue)
    queue.classicFilter = bytes
  }

  /** Detaches the classic BPF program of a tap (TUNDETACHFILTER). @throws {TunTapError} `EINVAL` for a tun */
  detach(): void {
    const queue = this.#queue
    ioctlBytes(queue.openFd(), 'TUNDETACHFILTER', encode(sockFprog, {}), queue)
    queue.classicFilter = undefined
  }

  /**
   * Returns where the classic BPF program of a tap is that was passed to the kernel last, by any process (TUNGETFILTER). The kernel
   * also reports one that it refused, or that was detached. Returns undefined if there was none.
   * @throws {TunTapError} `EINVAL` for a tun
   */
  last(): ClassicFilter | undefined {
    const queue = this.#queue
    const { length, filter } = ioctl(queue.openFd(), 'TUNGETFILTER', {}, queue)
    return length === 0 ? undefined : { length, address: filter }
  }

  /**
   * Sets an eBPF program that filters frames (TUNSETFILTEREBPF); undefined removes it. It returns how many bytes are kept; 0 drops the
   * frame.
   * @param program Descriptor of a program of type BPF_PROG_TYPE_SOCKET_FILTER. It can be closed afterwards.
   */
  setProgram(program: number | undefined): void {
    this.#setEbpf('TUNSETFILTEREBPF', program)
  }

  /**
   * Sets an eBPF program that chooses the queue of each frame, modulo the number of attached queues (TUNSETSTEERINGEBPF); undefined
   * removes it. By default, the kernel uses the queue on which the flow's last frame was written, or a hash.
   * @param program Descriptor of a program of type BPF_PROG_TYPE_SOCKET_FILTER. It can be closed afterwards.
   */
  setSteering(program: number | undefined): void {
    this.#setEbpf('TUNSETSTEERINGEBPF', program)
  }

  #setEbpf(name: 'TUNSETFILTEREBPF' | 'TUNSETSTEERINGEBPF', program: number | undefined): void {
    if (program !== undefined) checkInteger('the descriptor of a program', program, 0, 0x7fffffff)
    ioctl(this.#queue.openFd(), name, program ?? -1, this.#queue)
  }
}
