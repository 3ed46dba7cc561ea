//! The function of a recueil, asked by SQL on this machine and on a cluster.

mod cluster;
mod command;
mod given;
mod local;
