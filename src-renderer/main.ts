import { createPinia } from 'pinia';
import { createApp } from 'vue';

import { createEngine, provideEngine } from '#renderer/engine/useEngine.ts';

import App from './app/App.vue';
import NoAccessPage from './app/NoAccessPage.vue';
import { readSession } from './app/session.ts';
import { watchForDamage } from './app/watchForDamage.ts';
import { watchForErrors } from './app/watchForErrors.ts';
import './styles/index.css';
import { applyAppearance, recallAppearance } from '#renderer/features/preferences/index.ts';

applyAppearance(recallAppearance());
const session = readSession(window.location, window.history, window.sessionStorage);

if (session.token === null) {
  createApp(NoAccessPage).mount('#app');
} else {
  provideEngine(createEngine({ baseUrl: '', token: session.token }));
  const app = createApp(App, { project: session.project });
  app.use(createPinia());
  watchForErrors(app);
  watchForDamage();
  app.mount('#app');
}
