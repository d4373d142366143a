// A DHCP client on a tap (RFC 2131): gets an address, prints and renews the lease, and answers ARP and pings for the address.
//
//   node --import tsx examples/dhcp-client.ts tap0
import { randomInt } from 'node:crypto'
import { DHCP_MESSAGE, encodePacket, type Layer, optionValue, toJson, tryDecodePacket } from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'
import { UserSpaceHost } from './user-space-host.js'

type Message = Layer<'dhcp'>
type Reply = Message & { readonly mac: string }

const { DISCOVER, OFFER, REQUEST, ACK, NAK } = DHCP_MESSAGE
const MAC = '02:00:00:00:dc:44'
const BROADCAST = { mac: 'ff:ff:ff:ff:ff:ff', ip: '255.255.255.255' }
/** Requests mask, routers, DNS servers, the lease's times, and the address of the server (RFC 2132). */
const WANTED = { type: 'parameterRequest', value: [1, 3, 6, 51, 54, 58, 59] } satisfies Message['options'][number]

const tap = TunTap.attach({ mode: 'tap', name: process.argv[2] ?? 'tap0' })
let host: UserSpaceHost | undefined

async function acquire(): Promise<Reply | undefined> {
  const { xid = 0, yiaddr = '', options = [] } = (await exchange(Infinity, DISCOVER)) ?? {}
  const address = { type: 'requestedAddress', value: yiaddr } as const
  const server = { type: 'serverId', value: optionValue(options, 'serverId') ?? '' } as const
  return exchange(60, REQUEST, { xid, options: [address, server] })
}

/** Requests the address again after half of the time: first from its server, in the last eighth from any server. */
async function renew({ yiaddr: ciaddr, options, mac }: Reply): Promise<Reply | undefined> {
  const time = optionValue(options, 'leaseTime') ?? 0
  const renewal = optionValue(options, 'renewalTime') ?? time / 2
  const rebinding = optionValue(options, 'rebindingTime') ?? time * 0.875
  await receive(renewal)
  const to = { mac, ip: optionValue(options, 'serverId') ?? BROADCAST.ip }
  const reply = await exchange(rebinding - renewal, REQUEST, { ciaddr }, to)
  return reply ?? exchange(time - rebinding, REQUEST, { ciaddr })
}

/** Sends a message until it is answered: again after 4, 8, 16, … 64 seconds, each with a random second more or less. */
async function exchange(seconds: number, type: number, more: Partial<Message> = {}, to = BROADCAST) {
  const { xid = randomInt(2 ** 32), ciaddr = '0.0.0.0', options = [] } = more
  const message = encodePacket([
    { layer: 'ethernet', source: MAC, destination: to.mac },
    { layer: 'ipv4', source: ciaddr, destination: to.ip },
    { layer: 'udp', sourcePort: 68, destinationPort: 67 },
    { layer: 'dhcp', xid, ciaddr, chaddr: MAC, options: [{ type: 'messageType', value: type }, ...options, WANTED] },
  ])
  for (let [left, delay] = [seconds, 4]; left > 0; left -= delay, delay = Math.min(delay * 2, 64)) {
    tap.write(message)
    const wait = Math.min(left, delay + 2 * Math.random() - 1)
    const reply = await receive(wait, xid, type === DISCOVER ? [OFFER] : [ACK, NAK])
    if (reply) return reply
  }
  return undefined
}

/** Returns the next message with one of these types. Meanwhile answers ARP and pings. */
async function receive(seconds: number, xid?: number, types: readonly unknown[] = []): Promise<Reply | undefined> {
  const signal = AbortSignal.timeout(Math.min(Math.ceil(seconds * 1000), 2 ** 31 - 1))
  try {
    for await (const frame of tap.frames({ signal })) {
      const [ethernet, , , dhcp] = tryDecodePacket(frame).layers
      if (ethernet?.layer === 'ethernet' && dhcp?.layer === 'dhcp' && dhcp.xid === xid)
        if (types.includes(optionValue(dhcp.options, 'messageType'))) return { ...dhcp, mac: ethernet.source }
      const answer = host?.answer(frame)
      if (answer) tap.write(answer)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return undefined
}

for (let lease: Reply | undefined; ; ) {
  const reply: Reply | undefined = await (lease ? renew(lease) : acquire())
  lease = reply && optionValue(reply.options, 'messageType') === ACK ? reply : undefined
  host = lease && new UserSpaceHost(lease.yiaddr, '::', MAC)
  if (lease) console.log(lease.yiaddr, JSON.stringify(toJson(lease.options)))
}
