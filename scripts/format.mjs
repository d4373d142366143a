// npm run format: puts everything into the house's format, with the safe fixes of the lint rules.
import { install } from './lib/build.mjs'
import { runTool } from './lib/repo.mjs'

process.exitCode = install() && runTool('biome', ['check', '--write', '.']) ? 0 : 1
