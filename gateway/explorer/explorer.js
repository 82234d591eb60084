'use strict';

const TEXTS = {
  zh: {
    account: '其他账号', username: '用户名', password: '密码', signIn: '登录', personas: '示例人员（点击登录）', operations: '示例操作（点击载入，再点运行）',
    nobody: '未登录：只能查询公开内容', signingIn: '正在登录……', failed: '登录失败：', other: 'English',
  },
  en: {
    account: 'Another account', username: 'User name', password: 'Password', signIn: 'Sign in', personas: 'Demo people (click to sign in)', operations: 'Ready-made operations (click to load, then run)',
    nobody: 'Not signed in: public fields only', signingIn: 'Signing in…', failed: 'Sign-in failed: ', other: '中文',
  },
};

const state = { language: 'zh', token: null, credentials: null, person: null, error: null, operation: null, query: '', variables: '', response: '', loads: 0, signsIn: Promise.resolve() };
const root = ReactDOM.createRoot(document.getElementById('editor'));
let config;

// The editor keeps tabs and settings here: nothing of a session stays behind in the browser.
const memory = new Map();
const storage = {
  get length() { return memory.size; },
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, value) => void memory.set(key, value),
  removeItem: (key) => void memory.delete(key),
  clear: () => memory.clear(),
};

async function send(body, headers = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': state.language, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

const bearer = () => (state.token ? { authorization: `Bearer ${state.token}` } : {});

/** What the editor sends. A token lives ten minutes; when it has run out the same person is signed in again, once. */
async function fetcher({ operationName, ...params }, { headers } = {}) {
  await state.signsIn;
  // Right after a click the editor may still give the name of the operation before.
  const body = new RegExp(`\\b${operationName}\\b`).test(params.query) ? { ...params, operationName } : params;
  if (/^\s*subscription\b/.test(params.query)) return watch(body);
  const first = await send(body, { ...headers, ...bearer() });
  if (first.status !== 401 || !state.credentials) return first.answer;
  await signIn(state.credentials);
  return state.token ? (await send(body, { ...headers, ...bearer() })).answer : first.answer;
}

/** A subscription as a stream of events: one answer after the other, until the editor stops it. */
async function* watch(body) {
  const stopped = new AbortController();
  try {
    const response = await fetch('/graphql', {
      method: 'POST', signal: stopped.signal, body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'accept-language': state.language, ...bearer() },
    });
    if (!response.ok) return yield await response.json();
    yield { extensions: { live: state.language === 'zh' ? '正在等待更新……' : 'Waiting for updates…' } };
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = '', part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + part.value).split('\n\n');
      text = events.pop();
      for (const event of events) {
        const [, data] = /^event: next\ndata: (.*)$/s.exec(event) ?? [];
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    stopped.abort();
  }
}

/** One sign-in after the other: the last click wins. */
function signIn(credentials) {
  state.signsIn = state.signsIn.then(() => signInNow(credentials));
  return state.signsIn;
}

async function signInNow(credentials) {
  Object.assign(state, { token: null, person: null, credentials: null, error: null });
  show(TEXTS[state.language].signingIn);
  try {
    const variables = { username: credentials.username, password: credentials.password };
    const { answer } = await send({ query: config.login.query, variables });
    const token = config.login.tokenPath.split('.').reduce((value, key) => value?.[key], answer.data);
    if (token) Object.assign(state, { token, credentials, person: actorIn(token) });
    else state.error = answer.errors?.[0]?.message ?? '?';
  } catch (error) {
    state.error = error.message;
  }
  render();
}

function actorIn(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)).actor ?? null;
  } catch {
    return null;
  }
}

function show(text, kind = '') {
  const status = document.getElementById('status');
  status.textContent = text;
  status.className = kind;
}

/** Puts an operation into the editor, and has the person who asks it sign in. */
function choose(operation) {
  load(operation);
  document.getElementById('editor').scrollIntoView();
  if (operation.persona && state.credentials?.username !== operation.persona) signIn(personaOf(operation));
}

const personaOf = ({ persona }) => config.personas.find(({ username }) => username === persona);

function load(operation) {
  state.operation = operation;
  state.loads += 1;
  // The editor takes a text only when it differs from the last one; the newline brings an edited operation back.
  state.query = operation.query.trim() + '\n'.repeat(1 + (state.loads % 2));
  state.variables = JSON.stringify(operation.variables ?? {}, null, 2) + '\n'.repeat(state.loads % 2);
  state.response = '\n'.repeat(state.loads % 2);
  render();
}

function button(title, note, isPressed, onClick) {
  const item = document.createElement('li');
  const element = document.createElement('button');
  element.type = 'button';
  element.setAttribute('aria-pressed', String(isPressed));
  element.append(Object.assign(document.createElement('strong'), { textContent: title }));
  if (note) element.append(Object.assign(document.createElement('span'), { textContent: note }));
  element.addEventListener('click', onClick);
  item.append(element);
  return item;
}

const listButtons = () => [...document.querySelectorAll('aside li button')];

function render() {
  const texts = TEXTS[state.language];
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  document.getElementById('language').textContent = texts.other;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
  for (const element of document.querySelectorAll('[data-hint]')) element.placeholder = texts[element.dataset.hint];

  if (state.error) show(texts.failed + state.error, 'failed');
  else if (state.person) show(`${state.person.realName} · ${state.person.duty} · ${state.person.organizationName}`, 'in');
  else if (state.token) show(state.credentials.username, 'in');
  else show(texts.nobody);

  // The lists are drawn anew; who goes by the keyboard stays where they were.
  const focused = listButtons().indexOf(document.activeElement);
  document.getElementById('personas').replaceChildren(...config.personas.map((persona) => button(
    persona.label, `${persona.duty} · ${persona.organization}`, state.credentials?.username === persona.username, () => signIn(persona),
  )));
  document.getElementById('operations').replaceChildren(...config.operations.map((operation) => button(
    operation.title, personaOf(operation)?.label, state.operation === operation, () => choose(operation),
  )));
  listButtons()[focused]?.focus({ preventScroll: true });

  root.render(React.createElement(GraphiQL, {
    fetcher, storage, query: state.query, variables: state.variables, response: state.response,
    shouldPersistHeaders: false, defaultEditorToolsVisibility: 'variables', isHeadersEditorEnabled: true, forcedTheme: 'light',
  }));
}

document.getElementById('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  signIn({ username: form.get('username'), password: form.get('password') });
});

document.getElementById('language').addEventListener('click', () => {
  state.language = state.language === 'zh' ? 'en' : 'zh';
  render();
});

fetch('config.json').then((response) => response.json()).then((loaded) => {
  config = loaded;
  if (config.operations[0]) load(config.operations[0]);
  else render();
});
