/** Exit codes of calls by hand, without CNI_COMMAND. */
export const exitCodes = { valid: 0, invalid: 1, wrongArguments: 2 } as const

/** Output and exit code of a call by hand. */
export interface UsageOutcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}
