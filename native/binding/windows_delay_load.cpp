// The addon imports Node-API from "node.exe", but the process that loads it may be Electron or a renamed executable.
// This hook answers the delayed import with the module of the running process.
#ifdef _MSC_VER

#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI answer_node_import(unsigned event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleW(nullptr));
}

ExternC const PfnDliHook __pfnDliNotifyHook2 = answer_node_import;

#endif
