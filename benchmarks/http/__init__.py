"""The mock beside other mock servers: the same requests, in turn, on one machine.

cases       what is asked: one, list, create, refused
world       a data file with credits to read and customers to create credits for
servers     how each server is started, and stopped
plain       Connexion as it comes, with the same handlers
usage       processor time and memory of a process and its children
load        wrk: one case at one server for some seconds
measure     all servers and cases in turns, and whether the answers were right
table, plot what was found, as Markdown and SVG
"""
