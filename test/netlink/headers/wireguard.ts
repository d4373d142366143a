import * as sockaddr from '../../../packages/netlink/dist/generic/sockaddr.js'
import * as timespec from '../../../packages/netlink/dist/generic/timespec.js'
import * as wireguard from '../../../packages/netlink/dist/generic/wireguard.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'wireguard',
  headers: ['linux/wireguard.h'],
  also: ['linux/in.h', 'linux/in6.h', 'linux/time_types.h'],
  declarations: [wireguard],
  structs: [
    [timespec.kernelTimespec, 'tv_'],
    [sockaddr.sockaddrIn, 'sin_', { members: { address: 'sin_addr' } }],
    [sockaddr.sockaddrIn6, 'sin6_', { members: { address: 'sin6_addr' } }],
  ],
  except: { WG_KEY_LEN: 'a length, not a command' },
}
