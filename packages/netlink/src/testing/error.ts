/** Code of a {@link TestingError}. */
export type TestingCode =
  /** A request differs from the next step of the script. */
  | 'ERR_NETLINK_SCRIPT_MISMATCH'
  /** Some steps of the script were not played. */
  | 'ERR_NETLINK_SCRIPT_UNFINISHED'
  /** The recording does not contain this request, or all its occurrences were replayed. */
  | 'ERR_NETLINK_NOT_RECORDED'
  /** The program waits for a datagram, but the peer will not send one. */
  | 'ERR_NETLINK_NOTHING_TO_COME'

/** Thrown if the tested program does not do what the test expects. Branch on `code`. */
export class TestingError extends Error {
  override readonly name = 'TestingError'

  constructor(
    readonly code: TestingCode,
    message: string,
  ) {
    super(message)
  }
}
