/** The code of a {@link TestingError}. */
export type TestingCode =
  /** A request is not the next one of the script. */
  | 'ERR_NETLINK_SCRIPT_MISMATCH'
  /** The script has steps that were not played. */
  | 'ERR_NETLINK_SCRIPT_UNFINISHED'
  /** The recording has no such request, or all of them were replayed. */
  | 'ERR_NETLINK_NOT_RECORDED'
  /** The program waits for a datagram that nothing will send. */
  | 'ERR_NETLINK_NOTHING_TO_COME'

/** The tested program did not do what the test expects. Use `code` to distinguish errors. */
export class TestingError extends Error {
  override readonly name = 'TestingError'

  constructor(
    readonly code: TestingCode,
    message: string,
  ) {
    super(message)
  }
}
