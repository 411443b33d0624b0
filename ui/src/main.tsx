import { render } from 'preact'
import { startRouter } from './router.ts'
import { loadSession } from './session.ts'
import { App, startServices } from './shell/app.tsx'
import { startKeys } from './shell/keys.ts'
import './styles/tokens.css'
import './styles/base.css'

startRouter()
startKeys()
startServices()
void loadSession()
render(<App />, document.getElementById('app')!)
