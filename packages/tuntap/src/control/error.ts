import { printable } from '@netloom/netlink/codec'
import { SystemError } from '@netloom/netlink/socket'
import { commonReasons, type Ioctl, type IoctlName, ioctls } from './ioctls.js'

/** Error of a failed ioctl on a tun or tap device. Branch on `ioctl` and `code`. */
export class TunTapError extends SystemError {
  override readonly name = 'TunTapError'
  /** The reason in words; undefined if it is unknown. */
  readonly reason: string | undefined

  constructor(
    /** Name of the request, e.g. `TUNSETIFF`. */
    readonly ioctl: IoctlName,
    errno: number,
    device: string,
    /** In words, or words by the name of the error, which go before the usual ones. */
    reason?: string | Readonly<Record<string, string>>,
  ) {
    super(`ioctl ${ioctl}`, errno, device)
    const { reasons }: Ioctl = ioctls[ioctl]
    this.reason =
      (typeof reason === 'object' ? reason[this.code] : reason) ?? reasons[this.code] ?? commonReasons[this.code]
    this.message = printable(
      `${ioctl} ${device}: ${this.reason === undefined ? this.code : `${this.reason} (${this.code})`}`,
    )
  }
}
